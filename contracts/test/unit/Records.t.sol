// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Intents} from "../support/Intents.sol";

contract RecordsTest is Intents {
    event BatchAnchored(
        bytes32 indexed organisation, uint64 indexed sequence, bytes32 root, uint32 count, bytes32 manifest
    );

    function _batch(bytes32 organisation, uint64 sequence) private pure returns (IRecords.AnchorBatch memory) {
        return
            IRecords.AnchorBatch(
                organisation, sequence, keccak256(abi.encode("root", sequence)), 7, keccak256("manifest")
            );
    }

    function test_batchesFollowEachOther() public {
        for (uint64 sequence = 1; sequence <= 3; sequence++) {
            IRecords.AnchorBatch memory batch = _batch(NORTH, sequence);
            bytes memory signature = _signBatch(NORTH_KEY, batch);
            _true(!records.isAnchored(batch));
            vm.expectEmit(true, true, false, true);
            emit BatchAnchored(NORTH, sequence, batch.root, 7, keccak256("manifest"));
            records.anchor(batch, signature);
            _true(records.isAnchored(batch));
        }
        _equal(records.lastSequence(NORTH), 3);
        _equal(records.lastSequence(SOUTH), 0);
    }

    function test_aBatchIsAnchoredOnceAndStays() public {
        for (uint64 sequence = 1; sequence <= 3; sequence++) {
            records.anchor(_batch(NORTH, sequence), _signBatch(NORTH_KEY, _batch(NORTH, sequence)));
        }
        IRecords.AnchorBatch memory old = _batch(NORTH, 2);
        bytes memory again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.AlreadyAnchored.selector);
        records.anchor(old, again);
        for (uint256 field = 0; field < 3; field++) {
            old = _batch(NORTH, 2);
            if (field == 0) old.root = keccak256("other");
            else if (field == 1) old.count = 8;
            else old.manifest = keccak256("other");
            again = _signBatch(NORTH_KEY, old);
            _expectError(IRecords.SequenceConflict.selector, 3);
            records.anchor(old, again);
            _true(!records.isAnchored(old));
        }
        _true(records.isAnchored(_batch(NORTH, 2)));
        old.sequence = 5;
        again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.SequenceGap.selector, 3);
        records.anchor(old, again);
        old.sequence = 0;
        again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.SequenceConflict.selector, 3);
        records.anchor(old, again);
        old = _batch(SOUTH, type(uint64).max);
        again = _signBatch(SOUTH_KEY, old);
        _expectError(IRecords.SequenceGap.selector, uint256(0));
        records.anchor(old, again);
    }

    function test_theOrganisationCallsItself() public {
        vm.prank(vm.addr(NORTH_KEY));
        records.anchor(_batch(NORTH, 1), "");
        _true(records.isAnchored(_batch(NORTH, 1)));
    }

    function test_refusals() public {
        IRecords.AnchorBatch memory batch = _batch(NORTH, 1);
        bytes memory signature = _signBatch(SOUTH_KEY, batch);
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);

        batch.count = 0;
        signature = _signBatch(NORTH_KEY, batch);
        _expectError(IRecords.EmptyBatch.selector);
        records.anchor(batch, signature);

        batch = _batch(NORTH, 1);
        batch.root = 0;
        signature = _signBatch(NORTH_KEY, batch);
        _expectError(IRecords.EmptyBatch.selector);
        records.anchor(batch, signature);

        batch = _batch(NOBODY, 1);
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        records.anchor(batch, signature);
    }

    function test_asksForTheFunctionThatWasCalled() public {
        _equal(address(records.consortium()), address(consortium));
        IRecords.AnchorBatch memory batch = _batch(NORTH, 1);
        bytes memory signature = _signBatch(NORTH_KEY, batch);
        vm.expectCall(address(consortium), abi.encodeCall(IMembers.authorise, (NORTH, IRecords.anchor.selector)));
        records.anchor(batch, signature);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

contract RecordsTest is LedgerTest {
    event BatchAnchored(
        bytes32 indexed organisation, uint64 indexed sequence, bytes32 root, uint32 count, bytes32 manifest
    );

    function _batch(bytes32 organisation, uint64 sequence) private pure returns (IRecords.AnchorBatch memory) {
        return
            IRecords.AnchorBatch(
                organisation, sequence, keccak256(abi.encode("root", sequence)), 7, keccak256("manifest")
            );
    }

    function _signBatch(uint256 key, IRecords.AnchorBatch memory b) private returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest)"
                ),
                b.organisation,
                b.sequence,
                b.root,
                b.count,
                b.manifest
            )
        );
        return _sign(key, address(records), structHash);
    }

    function test_batchesFollowEachOther() public {
        for (uint64 sequence = 1; sequence <= 3; sequence++) {
            IRecords.AnchorBatch memory batch = _batch(NORTH, sequence);
            bytes memory signature = _signBatch(NORTH_KEY, batch);
            vm.expectEmit(true, true, false, true);
            emit BatchAnchored(NORTH, sequence, batch.root, 7, keccak256("manifest"));
            records.anchor(batch, signature);
            _equal(records.root(NORTH, sequence), batch.root);
        }
        _equal(records.lastSequence(NORTH), 3);
        _equal(records.lastSequence(SOUTH), 0);

        IRecords.AnchorBatch memory old = _batch(NORTH, 2);
        bytes memory again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.AlreadyAnchored.selector);
        records.anchor(old, again);
        old.root = keccak256("other");
        again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.SequenceConflict.selector, 3);
        records.anchor(old, again);
        old.sequence = 5;
        again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.SequenceGap.selector, 3);
        records.anchor(old, again);
        old.sequence = 0;
        again = _signBatch(NORTH_KEY, old);
        _expectError(IRecords.SequenceConflict.selector, 3);
        records.anchor(old, again);
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
}

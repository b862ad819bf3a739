// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "../../src/Consortium.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IDirectory} from "../../src/interfaces/IDirectory.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

/// @dev What holds for every input.
contract GovernanceFuzz is GovernanceTest {
    Consortium private _twin;

    function setUp() public override {
        super.setUp();
        _twin = new Consortium(_genesis(), _parameters());
    }

    /// @dev Any bytes as payload give an answer with a reason: never a panic, never nothing.
    function testFuzz_everyRefusalHasAReason(uint8 action, bytes calldata payload) public {
        _answersWithAReason(action % 10, payload);
    }

    /// @dev The same with the lengths that the actions take, so that ranges and rules are reached.
    function testFuzz_everyRefusalOfWordsHasAReason(uint8 action, uint8 words, bytes32[6] calldata content) public {
        uint256 count = words % 7;
        bytes memory payload = "";
        for (uint256 i = 0; i < count; i++) {
            payload = abi.encodePacked(payload, uint256(content[i]) >> 128 < type(uint64).max ? content[i] : NORTH);
        }
        _answersWithAReason(action % 10, payload);
    }

    function _answersWithAReason(uint8 action, bytes memory payload) private {
        IProposals.Propose memory p = IProposals.Propose(NORTH, action, payload, 0);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), _proposalId(p));
        try consortium.propose(p, signature) {
            _isIn(_proposalId(p), IProposals.State.Open);
        } catch (bytes memory reason) {
            _true(reason.length >= 4);
            // Panic(uint256)
            _true(bytes4(reason) != 0x4e487b71);
        }
    }

    function testFuzz_noOtherChainOrContract(uint64 chain, address other) public {
        vm.assume(chain != block.chainid && other != address(consortium));
        IProposals.Propose memory p = _proposal(NORTH, IProposals.Action.Suspend, abi.encode(LAB));
        bytes32 id = _proposalId(p);
        bytes memory elsewhere = _signOn(chain, NORTH_KEY, address(consortium), id);
        bytes memory forAnother = _sign(NORTH_KEY, other, id);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.propose(p, elsewhere);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.propose(p, forAnother);

        consortium.propose(p, _sign(NORTH_KEY, address(consortium), id));
        IProposals.Vote memory v = IProposals.Vote(id, SOUTH, true);
        elsewhere = _signOn(chain, SOUTH_KEY, address(consortium), _voteHash(v));
        forAnother = _sign(SOUTH_KEY, other, _voteHash(v));
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.vote(v, elsewhere);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.vote(v, forAnother);

        IConsortium.NewMember memory clinic = _clinic();
        elsewhere = _signOn(chain, CLINIC_KEY, address(consortium), _requestHash(clinic));
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.requestJoin(clinic, elsewhere);
    }

    /// @dev A twin consortium with the same members: what was signed for one changes nothing at the other.
    function testFuzz_noReplayOnATwin(bytes32 salt) public {
        IProposals.Propose memory p = IProposals.Propose(NORTH, uint8(IProposals.Action.Suspend), abi.encode(LAB), salt);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), _proposalId(p));
        _expectError(ISignedIntents.BadSignature.selector);
        _twin.propose(p, signature);
        consortium.propose(p, signature);
    }

    /// @dev A changed field is another proposal, which nobody signed.
    function testFuzz_everyFieldIsSigned(uint8 field, bytes32 other) public {
        IProposals.Propose memory p = _proposal(NORTH, IProposals.Action.Suspend, abi.encode(LAB));
        bytes memory signature = _sign(NORTH_KEY, address(consortium), _proposalId(p));
        field %= 4;
        if (field == 0) p.organisation = SOUTH;
        if (field == 1) p.action = uint8(IProposals.Action.Remove);
        if (field == 2) {
            p.payload = abi.encode(SOUTH);
        }
        if (field == 3) {
            vm.assume(other != p.salt);
            p.salt = other;
        }
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.propose(p, signature);
    }

    /// @dev The directory's history against a list of all versions, searched from its end.
    function testFuzz_historyIsThatOfAList(uint16[12] calldata pauses, uint8 count, uint32 ask) public {
        uint256 versions = count % 13;
        uint256[] memory since = new uint256[](versions);
        uint256 start = block.timestamp;
        for (uint256 i = 0; i < versions; i++) {
            vm.warp(block.timestamp + (pauses[i] % 4) * 100);
            since[i] = block.timestamp;
            vm.prank(vm.addr(NORTH_KEY));
            directory.setActor(
                IDirectory.SetActor(NORTH, CLINIC, uint8(i % 3), address(uint160(i + 1)), bytes32(i), true, uint64(i + 1)),
                ""
            );
        }
        uint256 time = start + (ask % (block.timestamp - start + 200));
        uint256 expected = 0;
        for (uint256 i = 0; i < versions; i++) {
            if (since[i] <= time) expected = i + 1;
        }
        IDirectory.Actor memory found = directory.actorAt(CLINIC, uint64(time));
        _equal(found.version, expected);
        _equal(found.signer, address(uint160(expected)));
        _equal(found.organisation, expected == 0 ? bytes32(0) : NORTH);
    }

    /// @dev The member's keys likewise.
    function testFuzz_keysOfAMemberAreThoseOfAList(uint16[3] calldata pauses, uint8 count, uint32 ask) public {
        uint256 rotations = count % 4;
        uint256 start = block.timestamp;
        uint256[] memory since = new uint256[](rotations + 1);
        since[0] = start;
        for (uint256 i = 1; i <= rotations; i++) {
            vm.warp(block.timestamp + (pauses[i - 1] % 4) * 100);
            since[i] = block.timestamp;
            _carry(IProposals.Action.RotateKey, _rotation(LAB, 0x1AB00 + i, bytes32(i)));
        }
        uint256 time = ask % (block.timestamp + 200);
        address expected = address(0);
        for (uint256 i = 0; i <= rotations; i++) {
            if (since[i] <= time) expected = vm.addr(i == 0 ? LAB_KEY : 0x1AB00 + i);
        }
        (address signer,) = consortium.signerAt(LAB, uint64(time));
        _equal(signer, expected);
        for (uint256 i = 1; i <= rotations; i++) {
            _true(consortium.wasSigner(LAB, vm.addr(0x1AB00 + i)));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IPauses} from "../../src/interfaces/IPauses.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract PausesTest is GovernanceTest {
    bytes4 private constant ANCHOR = IRecords.anchor.selector;

    function _pause(address target, bytes4 selector, uint64 until) private returns (bytes32) {
        return _carry(IProposals.Action.Pause, abi.encode(target, selector, until));
    }

    function _paused(address target, bytes4 selector, uint64 until) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMembers.FunctionPaused.selector, target, selector, until);
    }

    function voteAs(bytes32 id, bytes32 organisation, bool support) external {
        _vote(id, organisation, support);
    }

    function test_oneFunctionStopsUntilItsTime() public {
        uint64 until = uint64(block.timestamp + 1 days);
        bytes32 id = _propose(NORTH, IProposals.Action.Pause, abi.encode(address(records), ANCHOR, until));
        vm.expectEmit(true, true, false, true);
        emit IPauses.Paused(address(records), ANCHOR, until);
        this.voteAs(id, SOUTH, true);
        _equal(consortium.pausedUntil(address(records), ANCHOR), until);
        _equal(consortium.pausedUntil(address(receipts), ANCHOR), 0);
        _equal(consortium.pausedUntil(address(records), IReceipts.anchorHead.selector), 0);
        IRecords.AnchorBatch memory batch = IRecords.AnchorBatch(LAB, 1, keccak256("root"), 1, 0);
        vm.expectRevert(_paused(address(records), ANCHOR, until));
        records.anchor(batch, "");
        vm.prank(vm.addr(LAB_KEY));
        receipts.anchorHead(IReceipts.AnchorLogHead(LAB, 1, keccak256("root"), 0), "");
        _equal(consortium.authorise(LAB, ANCHOR), vm.addr(LAB_KEY));

        vm.warp(until - 1);
        vm.expectRevert(_paused(address(records), ANCHOR, until));
        records.anchor(batch, "");
        vm.warp(until);
        _equal(consortium.pausedUntil(address(records), ANCHOR), 0);
        vm.prank(vm.addr(LAB_KEY));
        records.anchor(batch, "");
        _equal(records.lastSequence(LAB), 1);
    }

    function test_aPauseIsLiftedEarlier() public {
        _pause(address(records), ANCHOR, uint64(block.timestamp + 1 days));
        bytes32 id = _propose(NORTH, IProposals.Action.LiftPause, abi.encode(address(records), ANCHOR));
        vm.expectEmit(true, true, false, true);
        emit IPauses.PauseLifted(address(records), ANCHOR);
        this.voteAs(id, SOUTH, true);
        _equal(consortium.pausedUntil(address(records), ANCHOR), 0);
        vm.prank(address(records));
        _equal(consortium.authorise(LAB, ANCHOR), vm.addr(LAB_KEY));
        _refusePropose(
            abi.encodeWithSelector(IPauses.NotPaused.selector, address(records), ANCHOR),
            IProposals.Action.LiftPause,
            abi.encode(address(records), ANCHOR)
        );
    }

    function test_aPauseEndsWithinItsBound() public {
        uint64 latest = uint64(block.timestamp + 7 days);
        uint64 now_ = uint64(block.timestamp);
        _refusePropose(
            abi.encodeWithSelector(IPauses.BadPause.selector, latest + 1, latest),
            IProposals.Action.Pause,
            abi.encode(address(records), ANCHOR, latest + 1)
        );
        _refusePropose(
            abi.encodeWithSelector(IPauses.BadPause.selector, now_, latest),
            IProposals.Action.Pause,
            abi.encode(address(records), ANCHOR, now_)
        );
        bytes32 id = _propose(NORTH, IProposals.Action.Pause, abi.encode(address(records), ANCHOR, latest));
        vm.warp(latest);
        _vote(id, SOUTH, true);
        _isIn(id, IProposals.State.Failed);
        _equal(consortium.pausedUntil(address(records), ANCHOR), 0);
    }

    function test_votesCannotBeStopped() public {
        bytes4[3] memory votes =
            [IProposals.propose.selector, IProposals.vote.selector, IProposals.settle.selector];
        for (uint256 i = 0; i < votes.length; i++) {
            _refusePropose(
                abi.encodeWithSelector(IPauses.NotPausable.selector, votes[i]),
                IProposals.Action.Pause,
                abi.encode(address(consortium), votes[i], block.timestamp + 1)
            );
        }
        // The same selector elsewhere is somebody else's function.
        _pause(address(records), votes[0], uint64(block.timestamp + 1));
    }

    function test_theConsortiumsOwnFunctionsStop() public {
        uint64 until = uint64(block.timestamp + 1);
        bytes4[3] memory own = [
            IConsortium.setEndpoint.selector, IConsortium.requestJoin.selector, IConsortium.adoptCommittee.selector
        ];
        for (uint256 i = 0; i < own.length; i++) {
            _pause(address(consortium), own[i], until);
        }
        vm.expectRevert(_paused(address(consortium), own[0], until));
        consortium.setEndpoint(NORTH, "http://a", 1, "");
        IConsortium.NewMember memory clinic = _clinic();
        vm.expectRevert(_paused(address(consortium), own[1], until));
        consortium.requestJoin(clinic, "");
        IConsortium.Committee memory content = _committeeOf(2, 1, _two(NORTH, SOUTH));
        vm.expectRevert(_paused(address(consortium), own[2], until));
        consortium.adoptCommittee(COMMITTEE, content, new bytes[](2));
        vm.warp(until);
        _adoptFirstCommittee();
    }

    /// @dev Whatever the members pause, a patient's revocation asks nobody.
    function test_noPauseStopsAPatient() public {
        uint64 until = uint64(block.timestamp + 1 days);
        _pause(address(consents), IConsents.register.selector, until);
        _pause(address(consents), IConsents.revoke.selector, until);
        address revoker = vm.addr(0x5EC);
        bytes32 id = consents.consentId(revoker, keccak256("commitment"));
        vm.prank(revoker);
        consents.register(keccak256("commitment"), revoker, "");
        vm.prank(revoker);
        consents.revoke(id, "");
        _equal(uint256(consents.status(id)), uint256(IConsents.Status.Revoked));
    }
}

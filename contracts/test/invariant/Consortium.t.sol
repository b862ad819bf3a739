// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProposals} from "../../src/interfaces/IProposals.sol";
import {Assembly} from "../support/Assembly.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

/// @dev What stays true whatever members propose, vote, send again, or wait for.
contract ConsortiumInvariants is LedgerTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Assembly private _assembly;

    function setUp() public override {
        _assembly = new Assembly();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_assembly);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_assembly), _assembly.selectors());
    }

    /// @dev What the runs look for comes about there: else they would show nothing.
    function test_theAssemblyDecides() public {
        _assembly.handOver(0, 0, true);
        _assembly.handOver(1, 0, true);
        _assembly.handOver(1, 0, false);
        _equal(_assembly.adoptions(), 2);
        _assembly.decide(1, uint256(IProposals.Action.Suspend), 4, 0, type(uint256).max);
        _equal(_assembly.changes(), 1);
        _assembly.decide(1, uint256(IProposals.Action.Reinstate), 4, 0, type(uint256).max);
        _assembly.ask(0);
        _assembly.decide(1, uint256(IProposals.Action.Admit), 5, 0, type(uint256).max);
        _equal(_assembly.changes(), 3);
        _assembly.decide(1, uint256(IProposals.Action.Pause), 0, 1 days, type(uint256).max);
        _assembly.wait_(1 hours, 255);
        _assembly.wait_(0, 0);
        _equal(_assembly.pauses(), 2);
        _equal(_assembly.unexplainedChanges() + _assembly.lateResumptions() + _assembly.epochJumps(), 0);
    }

    function invariant_membersChangeOnlyByQuorum() public view {
        _equal(_assembly.unexplainedChanges(), 0);
    }

    function invariant_whatWasAcceptedIsNotAcceptedAgain() public view {
        _equal(_assembly.acceptedReplays(), 0);
    }

    function invariant_activeMembersStayAtTheMinimum() public view {
        _true(_assembly.activeMembers() >= _assembly.minimum());
    }

    function invariant_whatCanBeVotedOnCanBeCarried() public view {
        bytes32 id = _assembly.latest();
        if (id == 0) return;
        IProposals.Tally memory tally = _assembly.tallyOf(id);
        _true(tally.required <= tally.voters && tally.required * 2 > _assembly.activeMembers());
        _true(tally.voters == _assembly.activeMembers() || tally.voters + 1 == _assembly.activeMembers());
    }

    function invariant_aPauseEndsByItself() public view {
        _equal(_assembly.lateResumptions(), 0);
        _true(_assembly.pausedUntil() <= block.timestamp + 30 days);
    }

    function invariant_shareEpochsGoUpByOne() public view {
        _equal(_assembly.epochJumps(), 0);
    }

    function invariant_theStandingCommitteeCanOpenRecords() public view {
        (uint8 threshold, bytes32[] memory members) = _assembly.ledger().custodians();
        uint256 active = 0;
        for (uint256 i = 0; i < members.length; i++) {
            if (_assembly.ledger().isActive(members[i])) active++;
        }
        _true(active >= threshold);
    }
}

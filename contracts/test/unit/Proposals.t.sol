// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract ProposalsTest is GovernanceTest {
    bytes private _suspendLab = abi.encode(LAB);

    function test_theVoteThatMakesItEnoughCarriesItOut() public {
        IProposals.Propose memory p = _proposal(NORTH, IProposals.Action.Suspend, _suspendLab);
        bytes32 id = _proposalId(p);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), id);
        vm.expectEmit(true, true, true, true);
        emit IProposals.Proposed(
            id, NORTH, IProposals.Action.Suspend, p.payload, p.salt, uint64(block.timestamp + 14 days)
        );
        vm.expectEmit(true, true, false, true);
        emit IProposals.Voted(id, NORTH, true);
        consortium.propose(p, signature);
        _isIn(id, IProposals.State.Open);
        IProposals.Tally memory tally = consortium.tally(id);
        _true(tally.yes == 1 && tally.no == 0 && tally.voters == 2 && tally.required == 2);

        IProposals.Vote memory v = IProposals.Vote(id, SOUTH, true);
        signature = _sign(SOUTH_KEY, address(consortium), _voteHash(v));
        vm.expectEmit(true, true, false, true);
        emit IProposals.Voted(id, SOUTH, true);
        vm.expectEmit(true, false, false, true);
        emit IConsortium.MemberSuspended(LAB);
        vm.expectEmit(true, false, false, true);
        emit IProposals.ProposalCarriedOut(id);
        consortium.vote(v, signature);
        IProposals.Proposal memory stored = consortium.proposal(id);
        _equal(uint256(stored.state), uint256(IProposals.State.CarriedOut));
        _equal(uint256(stored.action), uint256(IProposals.Action.Suspend));
        _equal(stored.expires, block.timestamp + 14 days);
        _equal(keccak256(stored.payload), keccak256(_suspendLab));
        _hasStatus(LAB, IConsortium.Status.Suspended);
    }

    function test_aMemberProposesAndVotesItselfWithoutASignature() public {
        IProposals.Propose memory p = _proposal(NORTH, IProposals.Action.Suspend, _suspendLab);
        vm.prank(vm.addr(NORTH_KEY));
        consortium.propose(p, "");
        vm.prank(vm.addr(SOUTH_KEY));
        consortium.vote(IProposals.Vote(_proposalId(p), SOUTH, true), "");
        _hasStatus(LAB, IConsortium.Status.Suspended);
    }

    function test_oneThatCannotBeReachedAnyMoreIsRejected() public {
        bytes32 id = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        vm.expectEmit(true, false, false, true);
        emit IProposals.ProposalRejected(id);
        this.voteAs(id, SOUTH, false);
        _isIn(id, IProposals.State.Rejected);
        _hasStatus(LAB, IConsortium.Status.Active);
        _refuseVote(abi.encodeWithSelector(IProposals.AlreadyVoted.selector), id, SOUTH, false);
    }

    function voteAs(bytes32 id, bytes32 organisation, bool support) external {
        _vote(id, organisation, support);
    }

    function test_repetitionsAreToldAsSuch() public {
        IProposals.Propose memory p = _proposal(NORTH, IProposals.Action.Suspend, _suspendLab);
        bytes32 id = _proposalId(p);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), id);
        consortium.propose(p, signature);
        _expectError(IProposals.AlreadyProposed.selector);
        consortium.propose(p, signature);
        _refuseVote(abi.encodeWithSelector(IProposals.AlreadyVoted.selector), id, NORTH, true);
        _refuseVote(abi.encodeWithSelector(IProposals.VotedOtherwise.selector), id, NORTH, false);
        _vote(id, SOUTH, true);
        _refuseVote(abi.encodeWithSelector(IProposals.AlreadyVoted.selector), id, SOUTH, true);
        _expectError(IProposals.AlreadyProposed.selector);
        consortium.propose(p, signature);
    }

    function test_onlyActiveMembersProposeAndVote() public {
        IProposals.Propose memory p = _proposal(NOBODY, IProposals.Action.Suspend, _suspendLab);
        bytes memory signature = _sign(STRANGER_KEY, address(consortium), _proposalId(p));
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        consortium.propose(p, signature);
        p.organisation = NORTH;
        signature = _sign(STRANGER_KEY, address(consortium), _proposalId(p));
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.propose(p, signature);

        bytes32 id = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        _refuseVote(abi.encodeWithSelector(IMembers.UnknownMember.selector, NOBODY), id, NOBODY, true);
        IProposals.Vote memory v = IProposals.Vote(id, SOUTH, true);
        signature = _sign(STRANGER_KEY, address(consortium), _voteHash(v));
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.vote(v, signature);

        _vote(id, SOUTH, true);
        id = _propose(NORTH, IProposals.Action.SetParameter, abi.encode(uint8(3), uint64(2 hours)));
        _refuseVote(abi.encodeWithSelector(IMembers.MemberNotActive.selector, LAB), id, LAB, true);
        p = _proposal(LAB, IProposals.Action.Suspend, abi.encode(NORTH));
        signature = _sign(LAB_KEY, address(consortium), _proposalId(p));
        _expectError(IMembers.MemberNotActive.selector, LAB);
        consortium.propose(p, signature);
    }

    function test_whatIsUnknownClosedOrExpiredTakesNoVote() public {
        bytes32 unknown = keccak256("unknown");
        bytes memory expected = abi.encodeWithSelector(IProposals.UnknownProposal.selector, unknown);
        _refuseVote(expected, unknown, SOUTH, true);
        vm.expectRevert(expected);
        consortium.settle(unknown);
        vm.expectRevert(expected);
        consortium.tally(unknown);
        _isIn(unknown, IProposals.State.None);

        bytes32 id = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        vm.warp(block.timestamp + 14 days - 1);
        _isIn(id, IProposals.State.Open);
        vm.warp(block.timestamp + 1);
        _isIn(id, IProposals.State.Expired);
        expected = abi.encodeWithSelector(IProposals.ProposalClosed.selector, id);
        _refuseVote(expected, id, SOUTH, true);
        vm.expectRevert(expected);
        consortium.settle(id);

        id = _carry(IProposals.Action.Suspend, _suspendLab);
        expected = abi.encodeWithSelector(IProposals.ProposalClosed.selector, id);
        _refuseVote(expected, id, LAB, true);
    }

    function test_nobodyVotesAboutItsOwnSuspensionOrRemoval() public {
        _admitClinic();
        bytes memory expected = abi.encodeWithSelector(IProposals.NoVoteAboutOneself.selector, LAB);
        bytes32 id = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        _refuseVote(expected, id, LAB, false);
        id = _propose(NORTH, IProposals.Action.Remove, _suspendLab);
        _refuseVote(expected, id, LAB, false);
        _equal(consortium.tally(id).voters, 3);
        _equal(consortium.tally(id).required, 3);
    }

    function test_aMemberThatLeavesNeedsTheOthers() public {
        bytes32 id = _propose(LAB, IProposals.Action.Remove, _suspendLab);
        _equal(consortium.tally(id).yes, 0);
        _vote(id, NORTH, true);
        _hasStatus(LAB, IConsortium.Status.Active);
        _vote(id, SOUTH, true);
        _hasStatus(LAB, IConsortium.Status.Removed);
    }

    function test_aMemberVotesAboutItsOwnKey() public {
        bytes32 id = _propose(LAB, IProposals.Action.RotateKey, _rotation(LAB, 0x1AB2, keccak256("card 2")));
        _equal(consortium.tally(id).yes, 1);
        _vote(id, NORTH, true);
        _equal(consortium.signerOf(LAB), vm.addr(0x1AB2));
    }

    /// @dev Four members need three. When one that had agreed is suspended, its vote counts no more.
    function test_votesOfMembersThatAreNoLongerActiveDoNotCount() public {
        _admitClinic();
        bytes32 id = _propose(LAB, IProposals.Action.SetParameter, abi.encode(uint8(3), uint64(2 hours)));
        _vote(id, CLINIC, true);
        _equal(consortium.tally(id).yes, 2);
        bytes32 suspension = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        _vote(suspension, SOUTH, true);
        _vote(suspension, CLINIC, true);
        _equal(consortium.tally(id).yes, 1);
        _equal(consortium.tally(id).required, 2);
        consortium.settle(id);
        _isIn(id, IProposals.State.Open);
        _vote(id, NORTH, true);
        _isIn(id, IProposals.State.CarriedOut);
        _equal(consortium.parameters().maxPause, 2 hours);
    }

    /// @dev Two of four agreed; when the third, who had not, is suspended, two of three are enough, and nobody is left
    /// who could vote.
    function test_anyoneHasTheVotesCountedAgain() public {
        _admitClinic();
        bytes32 id = _propose(NORTH, IProposals.Action.SetParameter, abi.encode(uint8(3), uint64(2 hours)));
        _vote(id, SOUTH, true);
        _vote(id, CLINIC, false);
        bytes32 suspension = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        _vote(suspension, SOUTH, true);
        _vote(suspension, CLINIC, true);
        _isIn(id, IProposals.State.Open);
        vm.expectEmit(true, false, false, true);
        emit IProposals.ProposalCarriedOut(id);
        consortium.settle(id);
        _equal(consortium.parameters().maxPause, 2 hours);
    }

    function test_whatBecameImpossibleIsClosedAsFailed() public {
        bytes32 first = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        bytes32 second = _propose(NORTH, IProposals.Action.Suspend, _suspendLab);
        _vote(first, SOUTH, true);
        bytes memory problem = abi.encodeWithSelector(IMembers.MemberNotActive.selector, LAB);
        vm.expectEmit(true, false, false, true);
        emit IProposals.ProposalFailed(second, problem);
        this.voteAs(second, SOUTH, true);
        _isIn(second, IProposals.State.Failed);
        _hasStatus(LAB, IConsortium.Status.Suspended);
        _refuseVote(abi.encodeWithSelector(IProposals.AlreadyVoted.selector), second, SOUTH, true);
    }

    function test_aLargerQuorumNeedsMore() public {
        _set(IParameters.Parameter.Quorum, 10_000);
        bytes32 id = _carry(IProposals.Action.SetParameter, abi.encode(uint8(3), uint64(2 hours)));
        _equal(consortium.tally(id).required, 3);
        _isIn(id, IProposals.State.Open);
        _vote(id, LAB, true);
        _isIn(id, IProposals.State.CarriedOut);
    }

    function test_theFounderAloneDecidesUntilThereAreOthers() public {
        _found(1, _parameters());
        IConsortium.NewMember memory clinic = _clinic();
        _request(clinic, CLINIC_KEY);
        IProposals.Propose memory p =
            _proposal(bytes32(uint256(1)), IProposals.Action.Admit, abi.encode(clinic));
        consortium.propose(p, _sign(1, address(consortium), _proposalId(p)));
        _true(consortium.isActive(CLINIC));
        // Alone it could not have suspended itself, and now neither suspends the other.
        p = _proposal(bytes32(uint256(1)), IProposals.Action.Suspend, abi.encode(CLINIC));
        bytes memory signature = _sign(1, address(consortium), _proposalId(p));
        vm.expectRevert(abi.encodeWithSelector(IProposals.TooFewMembers.selector, 1, 2));
        consortium.propose(p, signature);
    }

    function test_malformedPayloadsAreRefused() public {
        bytes memory expected = abi.encodeWithSelector(IProposals.BadPayload.selector);
        uint256 dirty = uint256(1) << 160;
        _refusePropose(expected, IProposals.Action.Suspend, "");
        _refusePropose(expected, IProposals.Action.Reinstate, new bytes(31));
        _refusePropose(expected, IProposals.Action.Remove, new bytes(64));
        _refusePropose(expected, IProposals.Action.SetParameter, new bytes(32));
        _refusePropose(expected, IProposals.Action.SetParameter, abi.encode(uint256(4), uint256(1)));
        _refusePropose(expected, IProposals.Action.SetParameter, abi.encode(uint256(0), uint256(1) << 64));
        _refusePropose(expected, IProposals.Action.RotateKey, new bytes(161));
        _refusePropose(expected, IProposals.Action.RotateKey, abi.encode(LAB, dirty, 0, 0, 0, 0));
        _refusePropose(expected, IProposals.Action.RotateKey, abi.encode(LAB, 1, 0, 0, 0, 256));
        _refusePropose(expected, IProposals.Action.AdoptContract, new bytes(96));
        _refusePropose(expected, IProposals.Action.AdoptContract, abi.encode(0, dirty, 0, 0));
        _refusePropose(expected, IProposals.Action.AdoptContract, abi.encode(0, 0, 0, uint256(1) << 64));
        _refusePropose(expected, IProposals.Action.Pause, new bytes(64));
        _refusePropose(expected, IProposals.Action.Pause, abi.encode(dirty, 0, 1));
        _refusePropose(expected, IProposals.Action.Pause, abi.encode(1, uint256(1), 1));
        _refusePropose(expected, IProposals.Action.Pause, abi.encode(1, 0, uint256(1) << 64));
        _refusePropose(expected, IProposals.Action.LiftPause, new bytes(96));
        _refusePropose(expected, IProposals.Action.LiftPause, abi.encode(dirty, 0));
        _refusePropose(expected, IProposals.Action.LiftPause, abi.encode(1, uint256(1) << 223));

        IProposals.Propose memory p = IProposals.Propose(NORTH, 9, "", 0);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), _proposalId(p));
        _expectError(IProposals.BadAction.selector, 9);
        consortium.propose(p, signature);
    }

    function test_parametersHaveBounds() public {
        uint64[4] memory least = [uint64(5_000), 1 hours, 2, 1 hours];
        uint64[4] memory most = [uint64(10_000), 90 days, 3, 30 days];
        for (uint8 i = 0; i < 4; i++) {
            _refusePropose(_outOfBounds(i, least[i] - 1), IProposals.Action.SetParameter, abi.encode(i, least[i] - 1));
            _refusePropose(_outOfBounds(i, most[i] + 1), IProposals.Action.SetParameter, abi.encode(i, most[i] + 1));
        }
        vm.expectEmit(true, false, false, true);
        emit IParameters.ParameterSet(IParameters.Parameter.VotingPeriod, 1 hours);
        this.set(IParameters.Parameter.VotingPeriod, 1 hours);
        _set(IParameters.Parameter.MinimumMembers, 3);
        IParameters.Parameters memory now_ = consortium.parameters();
        _true(now_.quorum == 5_000 && now_.votingPeriod == 1 hours && now_.minimumMembers == 3);
        _true(now_.maxPause == 7 days);
        bytes32 id = _propose(NORTH, IProposals.Action.SetParameter, abi.encode(uint8(0), uint64(6_000)));
        _equal(consortium.proposal(id).expires, block.timestamp + 1 hours);
        _refusePropose(
            abi.encodeWithSelector(IProposals.TooFewMembers.selector, 2, 3), IProposals.Action.Suspend, _suspendLab
        );
    }

    function set(IParameters.Parameter parameter, uint64 value) external {
        _set(parameter, value);
    }

    function _outOfBounds(uint8 parameter, uint64 value) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IParameters.ParameterOutOfBounds.selector, parameter, value);
    }
}

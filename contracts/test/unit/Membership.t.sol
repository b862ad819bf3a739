// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract MembershipTest is GovernanceTest {
    uint256 private constant SECOND_KEY = 0x5EC0;
    bytes32 private constant SECOND_CARD = keccak256("second card");

    function test_anEntrantAsksAndTheMembersAdmitIt() public {
        IConsortium.NewMember memory clinic = _clinic();
        bytes32 request = keccak256(abi.encode(clinic));
        bytes memory signature = _sign(CLINIC_KEY, address(consortium), _requestHash(clinic));
        _refusePropose(
            abi.encodeWithSelector(IConsortium.UnknownRequest.selector, request),
            IProposals.Action.Admit,
            abi.encode(clinic)
        );
        _true(!consortium.isRequested(request));
        vm.expectEmit(true, true, false, true);
        emit IConsortium.JoinRequested(
            request, CLINIC, 1, clinic.signer, clinic.keyCard, true, "Clinic", "http://127.0.0.1:1"
        );
        consortium.requestJoin(clinic, signature);
        _true(consortium.isRequested(request) && !consortium.isMember(CLINIC));
        _expectError(IConsortium.AlreadyRequested.selector);
        consortium.requestJoin(clinic, signature);

        bytes32 id = _propose(NORTH, IProposals.Action.Admit, abi.encode(clinic));
        vm.expectEmit(true, false, false, true);
        emit IConsortium.MemberAdmitted(
            CLINIC, 1, clinic.signer, clinic.keyCard, true, "Clinic", "http://127.0.0.1:1"
        );
        this.voteAs(id, SOUTH, true);
        IConsortium.Member memory admitted = consortium.member(CLINIC);
        _true(admitted.kind == 1 && admitted.signer == clinic.signer && admitted.custodian);
        _equal(admitted.keyCard, clinic.keyCard);
        _equal(admitted.name, "Clinic");
        _equal(admitted.endpoint, "http://127.0.0.1:1");
        _equal(admitted.endpointVersion, 0);
        _hasStatus(CLINIC, IConsortium.Status.Active);
        _true(consortium.isMember(CLINIC) && consortium.isActive(CLINIC));

        // It has a vote now: three of four.
        id = _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _hasStatus(LAB, IConsortium.Status.Active);
        _vote(id, CLINIC, true);
        _hasStatus(LAB, IConsortium.Status.Suspended);
    }

    function voteAs(bytes32 id, bytes32 organisation, bool support) external {
        _vote(id, organisation, support);
    }

    function test_aRequestNeedsTheEntrantsOwnKeyAndWholeFields() public {
        IConsortium.NewMember memory clinic = _clinic();
        bytes memory forged = _sign(STRANGER_KEY, address(consortium), _requestHash(clinic));
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.requestJoin(clinic, forged);

        clinic.kind = 8;
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.BadKind.selector, 8));
        clinic = _clinic();
        clinic.id = 0;
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.IncompleteMember.selector, bytes32(0)));
        clinic = _clinic();
        clinic.signer = address(0);
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.IncompleteMember.selector, CLINIC));
        clinic = _clinic();
        clinic.id = NORTH;
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.MemberExists.selector, NORTH));
        clinic = _clinic();
        clinic.signer = vm.addr(NORTH_KEY);
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.SignerTaken.selector, clinic.signer));
        clinic = _clinic();
        clinic.name = "";
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.BadName.selector));
        clinic.name = string(new bytes(257));
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.BadName.selector));
        clinic = _clinic();
        clinic.endpoint = "http://a b";
        _refuseRequest(clinic, abi.encodeWithSelector(IConsortium.BadEndpoint.selector));
    }

    function _refuseRequest(IConsortium.NewMember memory entrant, bytes memory expected) private {
        bytes memory signature = _sign(CLINIC_KEY, address(consortium), _requestHash(entrant));
        vm.expectRevert(expected);
        consortium.requestJoin(entrant, signature);
    }

    function test_ofTwoRequestsWithOneIdTheSecondFails() public {
        IConsortium.NewMember memory clinic = _clinic();
        _request(clinic, CLINIC_KEY);
        IConsortium.NewMember memory twin = _newMember(CLINIC, 2, vm.addr(0x7317), false, "Twin");
        _request(twin, 0x7317);
        bytes32 second = _propose(NORTH, IProposals.Action.Admit, abi.encode(twin));
        _carry(IProposals.Action.Admit, abi.encode(clinic));
        _vote(second, SOUTH, true);
        _vote(second, LAB, true);
        _isIn(second, IProposals.State.Failed);
        _equal(consortium.member(CLINIC).name, "Clinic");
    }

    function test_aSuspendedMemberActsNoMoreUntilItIsReinstated() public {
        _equal(consortium.authorise(LAB, IRecords.anchor.selector), vm.addr(LAB_KEY));
        _refusePropose(
            abi.encodeWithSelector(IConsortium.MemberNotSuspended.selector, LAB),
            IProposals.Action.Reinstate,
            abi.encode(LAB)
        );
        _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _true(consortium.isMember(LAB) && !consortium.isActive(LAB));
        _equal(consortium.signerOf(LAB), vm.addr(LAB_KEY));
        _expectError(IMembers.MemberNotActive.selector, LAB);
        consortium.authorise(LAB, IRecords.anchor.selector);
        _expectError(IMembers.MemberNotActive.selector, LAB);
        records.anchor(IRecords.AnchorBatch(LAB, 1, keccak256("root"), 1, 0), "");
        _expectError(IMembers.MemberNotActive.selector, LAB);
        consortium.setEndpoint(LAB, "http://a", 1, "");

        bytes32 id = _propose(NORTH, IProposals.Action.Reinstate, abi.encode(LAB));
        vm.expectEmit(true, false, false, true);
        emit IConsortium.MemberReinstated(LAB);
        this.voteAs(id, SOUTH, true);
        _hasStatus(LAB, IConsortium.Status.Active);
        _equal(consortium.authorise(LAB, IRecords.anchor.selector), vm.addr(LAB_KEY));
    }

    function test_aRemovedMemberIsNeverOneAgain() public {
        bytes32 id = _propose(NORTH, IProposals.Action.Remove, abi.encode(LAB));
        vm.expectEmit(true, false, false, true);
        emit IConsortium.MemberRemoved(LAB);
        this.voteAs(id, SOUTH, true);
        _hasStatus(LAB, IConsortium.Status.Removed);
        _true(!consortium.isMember(LAB) && !consortium.isActive(LAB));
        _true(consortium.signerOf(LAB) == vm.addr(LAB_KEY) && consortium.wasSigner(LAB, vm.addr(LAB_KEY)));
        _expectError(IMembers.MemberNotActive.selector, LAB);
        consortium.authorise(LAB, IRecords.anchor.selector);

        bytes memory gone = abi.encodeWithSelector(IConsortium.NoLongerMember.selector, LAB);
        _refusePropose(gone, IProposals.Action.Suspend, abi.encode(LAB));
        _refusePropose(gone, IProposals.Action.Reinstate, abi.encode(LAB));
        _refusePropose(gone, IProposals.Action.Remove, abi.encode(LAB));
        _refusePropose(gone, IProposals.Action.RotateKey, _rotation(LAB, SECOND_KEY, SECOND_CARD));
        IConsortium.NewMember memory again = _newMember(LAB, 2, vm.addr(SECOND_KEY), false, "Laboratory");
        bytes memory signature = _sign(SECOND_KEY, address(consortium), _requestHash(again));
        _expectError(IConsortium.MemberExists.selector, LAB);
        consortium.requestJoin(again, signature);
        again = _newMember(keccak256("lab 2"), 2, vm.addr(LAB_KEY), false, "Laboratory");
        signature = _sign(LAB_KEY, address(consortium), _requestHash(again));
        vm.expectRevert(abi.encodeWithSelector(IConsortium.SignerTaken.selector, vm.addr(LAB_KEY)));
        consortium.requestJoin(again, signature);
    }

    function test_nothingIsDecidedAboutTheUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IMembers.UnknownMember.selector, NOBODY);
        _refusePropose(unknown, IProposals.Action.Suspend, abi.encode(NOBODY));
        _refusePropose(unknown, IProposals.Action.Reinstate, abi.encode(NOBODY));
        _refusePropose(unknown, IProposals.Action.Remove, abi.encode(NOBODY));
        _refusePropose(unknown, IProposals.Action.RotateKey, _rotation(NOBODY, SECOND_KEY, SECOND_CARD));
        _true(!consortium.isMember(NOBODY) && !consortium.isActive(NOBODY));
    }

    function test_aSuspendedMemberCanBeRemovedAtTheMinimum() public {
        _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _refusePropose(
            abi.encodeWithSelector(IMembers.MemberNotActive.selector, LAB), IProposals.Action.Suspend, abi.encode(LAB)
        );
        _refusePropose(
            abi.encodeWithSelector(IProposals.TooFewMembers.selector, 1, 2),
            IProposals.Action.Suspend,
            abi.encode(SOUTH)
        );
        _carry(IProposals.Action.Remove, abi.encode(LAB));
        _hasStatus(LAB, IConsortium.Status.Removed);
    }

    function test_theStandingCommitteeKeepsItsThreshold() public {
        _adoptFirstCommittee();
        _admitClinic();
        bytes memory expected = abi.encodeWithSelector(IConsortium.CommitteeBelowThreshold.selector, 1, 2);
        _refusePropose(expected, IProposals.Action.Suspend, abi.encode(SOUTH));
        _refusePropose(expected, IProposals.Action.Remove, abi.encode(SOUTH));
        bytes32 id = _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _vote(id, CLINIC, true);
        _hasStatus(LAB, IConsortium.Status.Suspended);
    }

    function test_aKeyIsRotatedWithHistory() public {
        address first = vm.addr(LAB_KEY);
        address second = vm.addr(SECOND_KEY);
        vm.warp(1_000_000);
        setUp();
        vm.warp(1_000_100);
        bytes32 id = _propose(NORTH, IProposals.Action.RotateKey, _rotation(LAB, SECOND_KEY, SECOND_CARD));
        vm.expectEmit(true, false, false, true);
        emit IConsortium.MemberKeyRotated(LAB, second, SECOND_CARD);
        this.voteAs(id, SOUTH, true);
        _equal(consortium.signerOf(LAB), second);
        _equal(consortium.member(LAB).keyCard, SECOND_CARD);
        _equal(consortium.authorise(LAB, IRecords.anchor.selector), second);
        _true(consortium.wasSigner(LAB, first) && consortium.wasSigner(LAB, second));
        _true(!consortium.wasSigner(NORTH, first) && !consortium.wasSigner(0, address(1)));
        vm.warp(1_000_200);
        _carry(IProposals.Action.RotateKey, _rotation(LAB, 0x7319, keccak256("third")));

        _stood(999_999, address(0), 0);
        _stood(1_000_000, first, keccak256(abi.encode("card", LAB)));
        _stood(1_000_099, first, keccak256(abi.encode("card", LAB)));
        _stood(1_000_100, second, SECOND_CARD);
        _stood(1_000_199, second, SECOND_CARD);
        _stood(1_000_200, vm.addr(0x7319), keccak256("third"));
        (address nobody,) = consortium.signerAt(NOBODY, 1_000_000);
        _equal(nobody, address(0));
    }

    function _stood(uint64 time, address signer, bytes32 keyCard) private view {
        (address actual, bytes32 card) = consortium.signerAt(LAB, time);
        _equal(actual, signer);
        _equal(card, keyCard);
    }

    function test_aNewKeyIsFreshAndAcceptsItself() public {
        address second = vm.addr(SECOND_KEY);
        bytes memory taken = abi.encodeWithSelector(IConsortium.SignerTaken.selector, vm.addr(NORTH_KEY));
        _refusePropose(taken, IProposals.Action.RotateKey, _rotation(LAB, NORTH_KEY, SECOND_CARD));
        bytes memory notAccepted = abi.encodeWithSelector(IConsortium.KeyNotAccepted.selector, second);
        bytes memory another = _sign(SECOND_KEY, address(consortium), keccak256("another struct"));
        _refusePropose(
            notAccepted, IProposals.Action.RotateKey, _rotationSignedBy(LAB, second, SECOND_CARD, another)
        );
        _refusePropose(
            notAccepted, IProposals.Action.RotateKey, abi.encode(LAB, second, SECOND_CARD, bytes32(0), bytes32(0), 27)
        );
        vm.prank(address(0));
        _refusePropose(
            abi.encodeWithSelector(IConsortium.KeyNotAccepted.selector, address(0)),
            IProposals.Action.RotateKey,
            abi.encode(LAB, address(0), SECOND_CARD, bytes32(0), bytes32(0), 27)
        );

        _carry(IProposals.Action.RotateKey, _rotation(LAB, SECOND_KEY, SECOND_CARD));
        taken = abi.encodeWithSelector(IConsortium.SignerTaken.selector, vm.addr(LAB_KEY));
        _refusePropose(taken, IProposals.Action.RotateKey, _rotation(LAB, LAB_KEY, SECOND_CARD));
        _refusePropose(taken, IProposals.Action.RotateKey, _rotation(SOUTH, LAB_KEY, SECOND_CARD));
    }

    function test_aSuspendedMembersKeyIsRotated() public {
        _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _carry(IProposals.Action.RotateKey, _rotation(LAB, SECOND_KEY, SECOND_CARD));
        _hasStatus(LAB, IConsortium.Status.Suspended);
        _equal(consortium.signerOf(LAB), vm.addr(SECOND_KEY));
    }

    function test_authoriseRefusesTheUnknown() public {
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        consortium.authorise(NOBODY, IRecords.anchor.selector);
    }
}

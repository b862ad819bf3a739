// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {IPolicy} from "../../src/interfaces/IPolicy.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {PolicyTest} from "../support/PolicyTest.sol";

contract PolicyDecides is PolicyTest {
    function test_aConsentFromItsRegistrationToItsRevocation() public {
        IPolicy.Question memory q = _question();
        _denies(q, IPolicy.Code.NoConsent);
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        _denies(q, IPolicy.Code.NotRegistered);
        bytes32 id = _register(_hashOf(q.consent));
        _permits(q, IPolicy.Basis.Consent, id);
        _revoke(id);
        _denies(q, IPolicy.Code.Revoked);
    }

    function test_onlyWhatTheOwnerSigned() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, DOCTOR_KEY);
        _register(_hashOf(q.consent));
        _denies(q, IPolicy.Code.NotOwner);
        q.consent.signature = new bytes(65);
        _denies(q, IPolicy.Code.NotOwner);
        q.consent.signature = "";
        _denies(q, IPolicy.Code.NotOwner);
    }

    /// @dev A changed field is another consent, which nobody registered or signed.
    function test_everyFieldIsSigned() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        _register(_hashOf(q.consent));
        q.consent.statement = keccak256("another sentence");
        _denies(q, IPolicy.Code.NotOwner);
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        q.consent.revoker = vm.addr(DOCTOR_KEY);
        _denies(q, IPolicy.Code.NotOwner);
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        q.consent.body.terms.purposes[0] = keccak256("HRESCH");
        _denies(q, IPolicy.Code.NotOwner);
        q.opening.kind = "emergency";
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        _denies(q, IPolicy.Code.WrongSegment);
    }

    function test_exceptionsAreSignedAndDeny() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        q.consent.body.terms.exceptions = new IPolicy.Exception[](2);
        IPolicy.Exception memory exception = q.consent.body.terms.exceptions[1];
        exception.purposes = new bytes32[](1);
        exception.purposes[0] = TREAT;
        exception.dataTo = -1;
        q.consent.signature = _sign(OWNER_KEY, address(consents), _hashOf(q.consent));
        bytes32 id = _register(_hashOf(q.consent));
        // The first one is met by a record of day 0.
        _denies(q, IPolicy.Code.Denied);
        (q.record.from, q.record.to) = (1, 1);
        _permits(q, IPolicy.Basis.Consent, id);
    }

    function test_theOwnerAfterARotation() public {
        IPolicy.Question memory q = _question();
        q.requester.given = false;
        q.signer = vm.addr(OWNER_KEY);
        _permits(q, IPolicy.Basis.Owner, _segment());
        vm.mockCall(
            address(owners),
            abi.encodeCall(IOwners.ownerOf, (_segment())),
            abi.encode(vm.addr(PROXY_KEY), bytes32(0), uint64(1))
        );
        _denies(q, IPolicy.Code.NotOwner);
        q.signer = vm.addr(PROXY_KEY);
        q.record.permit = _permit(PROXY_KEY);
        _permits(q, IPolicy.Basis.Owner, _segment());
    }

    function test_whatAnActorPassedOn() public {
        IPolicy.Question memory q = _question();
        q.consent = _passedOn(SPECIALIST_KEY);
        q.parent = _consent(SPECIALIST, CARD, OWNER_KEY);
        bytes32 id = _register(_hashOf(q.consent));
        bytes32 parent = _register(_hashOf(q.parent));
        _permits(q, IPolicy.Basis.Consent, id);
        _setActor(NORTH, NORTH_KEY, SPECIALIST, SPECIALIST_KEY, false, 2);
        _denies(q, IPolicy.Code.NotResharer);
        _revoke(parent);
        _denies(q, IPolicy.Code.NotResharer);
        _setActor(NORTH, NORTH_KEY, SPECIALIST, SPECIALIST_KEY, true, 3);
        _denies(q, IPolicy.Code.Revoked);
    }

    function test_whatAMemberPassedOn() public {
        IPolicy.Question memory q = _question();
        q.consent = _passedOn(LAB_KEY);
        q.parent = _consent(LAB, consortium.member(LAB).keyCard, OWNER_KEY);
        bytes32 id = _register(_hashOf(q.consent));
        _register(_hashOf(q.parent));
        _permits(q, IPolicy.Basis.Consent, id);
        _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _denies(q, IPolicy.Code.NotResharer);
        q.parent = _consent(NOBODY, CARD, OWNER_KEY);
        _denies(q, IPolicy.Code.NotResharer);
    }

    function test_whatAProxySignedAndTheProxyItself() public {
        IPolicy.Question memory q = _question();
        q.consent = _passedOn(PROXY_KEY);
        q.delegation = _delegation(OWNER_KEY);
        bytes32 id = _register(_hashOf(q.consent));
        bytes32 delegation = _register(_hashOf(q.delegation));
        _permits(q, IPolicy.Basis.Proxy, id);
        q.consent.given = false;
        q.requester.given = false;
        q.signer = vm.addr(PROXY_KEY);
        _permits(q, IPolicy.Basis.Proxy, delegation);
        _revoke(delegation);
        _denies(q, IPolicy.Code.Revoked);
        q.delegation = _delegation(PROXY_KEY);
        _denies(q, IPolicy.Code.NotOwner);
    }

    function test_theRequesterAndItsMember() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, keccak256("old card"), OWNER_KEY);
        _register(_hashOf(q.consent));
        _denies(q, IPolicy.Code.NotGrantee);
        q.earlierKeyCards = new bytes32[](1);
        q.earlierKeyCards[0] = keccak256("old card");
        _denies(q, IPolicy.Code.RotatedKey);
        _setActor(SOUTH, SOUTH_KEY, DOCTOR, DOCTOR_KEY, false, 2);
        _denies(q, IPolicy.Code.UnknownRequester);
        _setActor(SOUTH, SOUTH_KEY, DOCTOR, DOCTOR_KEY, true, 3);
        bytes32 proposal = _propose(NORTH, IProposals.Action.Suspend, abi.encode(SOUTH));
        _vote(proposal, LAB, true);
        _denies(q, IPolicy.Code.MemberSuspended);
    }

    /// @dev A pause of the decision denies, as long as it lasts.
    function test_aPauseDenies() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        bytes32 id = _register(_hashOf(q.consent));
        bytes memory pause = abi.encode(address(policy), IPolicy.decide.selector, uint64(block.timestamp + 1 days));
        _carry(IProposals.Action.Pause, pause);
        _denies(q, IPolicy.Code.MemberSuspended);
        vm.warp(block.timestamp + 1 days);
        _permits(q, IPolicy.Basis.Consent, id);
    }

    function test_whatBecameOfTheRecord() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        bytes32 id = _register(_hashOf(q.consent));
        IRecords.Status memory status;
        status.amended = true;
        _say(status);
        _permits(q, IPolicy.Basis.Consent, id);
        status.retracted = true;
        _say(status);
        _denies(q, IPolicy.Code.Retracted);
        status.erased = true;
        _say(status);
        _denies(q, IPolicy.Code.Erased);
    }

    function test_theAuthorsPermit() public {
        IPolicy.Question memory q = _question();
        q.consent = _consent(DOCTOR, CARD, OWNER_KEY);
        _register(_hashOf(q.consent));
        q.record.permit = _permit(DOCTOR_KEY);
        _denies(q, IPolicy.Code.NoPermit);
        q.record.permit = _permit(OWNER_KEY);
        q.record.permit.notAfter++;
        _denies(q, IPolicy.Code.NoPermit);
    }

    function _say(IRecords.Status memory status) private {
        vm.mockCall(address(records), abi.encodeCall(IRecords.statusOf, (NORTH, RECORD)), abi.encode(status));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../../src/interfaces/IPolicy.sol";
import {DecideTest} from "../support/DecideTest.sol";

/// @dev Each rule of docs/decide.md, at its edge. That Solidity and TypeScript decide alike is tested where both run
/// (packages/ledger/src/evm/decide.test.ts).
contract DecideRules is DecideTest {
    function test_permits() public pure {
        _permits(_byConsent(), IPolicy.Basis.Consent, CONSENT_ID);
        _permits(_byOwner(), IPolicy.Basis.Owner, SEGMENT);
        _permits(_byReshare(), IPolicy.Basis.Consent, CONSENT_ID);
        _permits(_byProxysConsent(), IPolicy.Basis.Proxy, CONSENT_ID);
        _permits(_byProxy(), IPolicy.Basis.Proxy, DELEGATION_ID);
        _permits(_byEmergency(), IPolicy.Basis.Emergency, SEGMENT);
    }

    function test_rules1And4_theOwnerSigned() public pure {
        Case memory c = _byOwner();
        c.request.signer = address(0);
        _denies(c, IPolicy.Code.NotOwner);
        c.state.owner = address(0);
        _denies(c, IPolicy.Code.NotOwner);
        c = _byOwner();
        c.request.signer = DOCTOR;
        _denies(c, IPolicy.Code.NotOwner);
        c = _byConsent();
        c.authority.consent.signer = DOCTOR;
        _denies(c, IPolicy.Code.NotOwner);
        (c.authority.consent.signer, c.state.owner) = (address(0), address(0));
        _denies(c, IPolicy.Code.NotOwner);
        c = _byReshare();
        c.authority.parent.signer = SPECIALIST;
        _denies(c, IPolicy.Code.NotOwner);
        c = _byProxysConsent();
        c.authority.delegation.signer = PROXY;
        _denies(c, IPolicy.Code.NotOwner);
        c = _byProxy();
        c.authority.delegation.signer = PROXY;
        _denies(c, IPolicy.Code.NotOwner);
    }

    function test_rule2_aGranteeShowsAConsent() public pure {
        Case memory c = _byConsent();
        c.authority.consent.given = false;
        _denies(c, IPolicy.Code.NoConsent);
    }

    function test_rule3_oneLink() public pure {
        Case memory c = _byReshare();
        c.authority.delegation = _byProxysConsent().authority.delegation;
        c.state.delegation = IPolicy.ConsentState.Registered;
        _denies(c, IPolicy.Code.TooManyLinks);
    }

    function test_rule5_theProxySigned() public pure {
        Case memory c = _byProxysConsent();
        c.authority.consent.signer = DOCTOR;
        _denies(c, IPolicy.Code.NotProxy);
        (c.authority.consent.signer, c.authority.delegation.body.proxy) = (address(0), address(0));
        _denies(c, IPolicy.Code.NotProxy);
        c = _byProxy();
        c.request.signer = OWNER;
        _denies(c, IPolicy.Code.NotProxy);
    }

    function test_rule6_whoPassesOnMay() public pure {
        Case memory c = _byReshare();
        c.state.resharer.given = false;
        _denies(c, IPolicy.Code.NotResharer);
        c = _byReshare();
        c.authority.parent.body.terms.actions = _list(READ);
        _denies(c, IPolicy.Code.NotResharer);
        c = _byReshare();
        c.state.resharer.keyCard = CARD;
        _denies(c, IPolicy.Code.NotResharer);
        c = _byReshare();
        c.authority.consent.signer = OWNER;
        _denies(c, IPolicy.Code.NotResharer);
    }

    function test_rule7_everyDocumentIsUnrevoked() public pure {
        Case memory c = _byConsent();
        c.state.consent = IPolicy.ConsentState.Revoked;
        _denies(c, IPolicy.Code.Revoked);
        c = _byReshare();
        (c.state.consent, c.state.parent) = (IPolicy.ConsentState.None, IPolicy.ConsentState.Revoked);
        _denies(c, IPolicy.Code.Revoked);
        c = _byProxysConsent();
        c.state.delegation = IPolicy.ConsentState.Revoked;
        _denies(c, IPolicy.Code.Revoked);
        c = _byProxy();
        c.state.delegation = IPolicy.ConsentState.Revoked;
        _denies(c, IPolicy.Code.Revoked);
    }

    function test_rule8_everyDocumentIsRegistered() public pure {
        Case memory c = _byConsent();
        c.state.consent = IPolicy.ConsentState.None;
        _denies(c, IPolicy.Code.NotRegistered);
        c = _byReshare();
        c.state.parent = IPolicy.ConsentState.None;
        _denies(c, IPolicy.Code.NotRegistered);
        c = _byProxy();
        c.state.delegation = IPolicy.ConsentState.None;
        _denies(c, IPolicy.Code.NotRegistered);
    }

    function test_rule9_anEmergencyOpensEmergencyRecords() public pure {
        Case memory c = _byEmergency();
        c.request.kind = keccak256("general");
        _denies(c, IPolicy.Code.NotEmergency);
    }

    function test_rules10And11_windows() public pure {
        Case memory c = _byConsent();
        c.authority.consent.body.terms.notBefore = NOW;
        c.authority.consent.body.terms.notAfter = NOW;
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        // The earlier clock counts for the beginning, the later one for the end.
        c.state.ledgerTime = NOW - 1;
        _denies(c, IPolicy.Code.NotYetValid);
        c.state.ledgerTime = NOW + 1;
        _denies(c, IPolicy.Code.Expired);
        c = _byConsent();
        c.state.localTime = NOW - 11;
        _denies(c, IPolicy.Code.NotYetValid);
        c = _byReshare();
        c.authority.parent.body.terms.notBefore = NOW + 1;
        _denies(c, IPolicy.Code.NotYetValid);
        c = _byReshare();
        c.authority.parent.body.terms.notAfter = NOW - 1;
        _denies(c, IPolicy.Code.Expired);
    }

    function test_anEmergencyOpensForFourHours() public pure {
        Case memory c = _byEmergency();
        c.authority.emergency.declaredAt = NOW + 1;
        _denies(c, IPolicy.Code.NotYetValid);
        c.authority.emergency.declaredAt = NOW - 14_400;
        _permits(c, IPolicy.Basis.Emergency, SEGMENT);
        c.authority.emergency.declaredAt = NOW - 14_401;
        _denies(c, IPolicy.Code.Expired);
    }

    function test_rule12_aStaleLedgerPermitsNothing() public pure {
        Case memory c = _byConsent();
        c.state.confirmedAt = NOW - 101;
        _denies(c, IPolicy.Code.LedgerStale);
        c.state.confirmedAt = NOW + 1_000;
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
    }

    function test_rule13_theRequesterIsWhoTheDirectorySays() public pure {
        Case memory c = _byConsent();
        c.state.actor.given = false;
        _denies(c, IPolicy.Code.UnknownRequester);
        c = _byConsent();
        c.request.signer = SPECIALIST;
        _denies(c, IPolicy.Code.UnknownRequester);
        c = _byConsent();
        c.state.actor.organisation = NORTH;
        _denies(c, IPolicy.Code.UnknownRequester);
        c = _byConsent();
        c.state.actor.keyCard = PARENT_CARD;
        _denies(c, IPolicy.Code.UnknownRequester);
        c = _byEmergency();
        c.state.actor.given = false;
        _denies(c, IPolicy.Code.UnknownRequester);
    }

    function test_rule14_theMemberIsActive() public pure {
        Case memory c = _byConsent();
        c.state.actor.memberActive = false;
        _denies(c, IPolicy.Code.MemberSuspended);
        c = _byEmergency();
        c.state.actor.memberActive = false;
        _denies(c, IPolicy.Code.MemberSuspended);
    }

    function test_rules15And16_theGranteeWithItsKeys() public pure {
        Case memory c = _byConsent();
        c.authority.consent.body.grantee = SOUTH;
        c.authority.consent.body.granteeKeys = 0;
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        c.authority.consent.body.grantee = NORTH;
        _denies(c, IPolicy.Code.NotGrantee);
        c = _byConsent();
        c.authority.consent.body.granteeKeys = keccak256("old card");
        _denies(c, IPolicy.Code.RotatedKey);
        c.authority.consent.body.granteeKeys = keccak256("another card");
        _denies(c, IPolicy.Code.NotGrantee);
    }

    function test_rules17And18_anEmergencyIsDeclaredAndCosigned() public pure {
        Case memory c = _byEmergency();
        c.state.actor.role = 1;
        _denies(c, IPolicy.Code.NotDeclared);
        c = _byEmergency();
        c.authority.emergency.signer = FIRST;
        _denies(c, IPolicy.Code.NotDeclared);
        for (uint256 i = 0; i < 2; i++) {
            c = _byEmergency();
            c.state.cosigners[i].given = false;
            _denies(c, IPolicy.Code.NotCosigned);
            c = _byEmergency();
            c.authority.emergency.cosigners[i] = DOCTOR;
            _denies(c, IPolicy.Code.NotCosigned);
            c = _byEmergency();
            c.state.cosigners[i].organisation = SOUTH;
            _denies(c, IPolicy.Code.NotCosigned);
        }
        c = _byEmergency();
        c.state.cosigners[1].organisation = NORTH;
        _denies(c, IPolicy.Code.NotCosigned);
    }

    function test_rule19_whatIsPassedOnIsWithinWhatWasGiven() public pure {
        Case memory c = _byReshare();
        c.authority.consent.body.terms.resourceTypes = _list(OBSERVATION, CONDITION);
        _denies(c, IPolicy.Code.BeyondLimits);
        c.authority.parent.body.terms.resourceTypes = _list(keccak256("*"));
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        c = _byReshare();
        c.authority.consent.body.terms.actions = _list(READ, RESHARE);
        _denies(c, IPolicy.Code.BeyondLimits);
        c.authority.consent.body.terms.actions = _list(READ, keccak256("list"));
        _denies(c, IPolicy.Code.BeyondLimits);
        c = _byReshare();
        c.authority.consent.body.terms.purposes = _list(TREAT, RESEARCH);
        _denies(c, IPolicy.Code.BeyondLimits);
        c = _byReshare();
        c.authority.consent.body.terms.dataFrom--;
        _denies(c, IPolicy.Code.BeyondLimits);
        c = _byReshare();
        c.authority.consent.body.terms.dataTo++;
        _denies(c, IPolicy.Code.BeyondLimits);
        c = _byReshare();
        c.authority.consent.body.terms.notBefore--;
        _denies(c, IPolicy.Code.BeyondLimits);
        c = _byProxysConsent();
        c.authority.consent.body.terms.notAfter++;
        _denies(c, IPolicy.Code.BeyondLimits);
    }

    function test_rule20_oneSegment() public pure {
        Case memory c = _byConsent();
        c.authority.consent.body.segment = 0;
        _denies(c, IPolicy.Code.WrongSegment);
        c = _byReshare();
        c.authority.parent.body.segment = 0;
        _denies(c, IPolicy.Code.WrongSegment);
        c = _byProxy();
        c.authority.delegation.body.segment = 0;
        _denies(c, IPolicy.Code.WrongSegment);
        c = _byOwner();
        c.record.segment = 0;
        _deniesRecordAlone(c, IPolicy.Code.WrongSegment);
    }

    function test_rules21And22_erasedAndRetracted() public pure {
        Case memory c = _byOwner();
        c.record.state = IPolicy.RecordState.Erased;
        _deniesRecordAlone(c, IPolicy.Code.Erased);
        c.record.state = IPolicy.RecordState.Retracted;
        _permits(c, IPolicy.Basis.Owner, SEGMENT);
        _deniesRecordAlone(_byConsentWith(IPolicy.RecordState.Retracted), IPolicy.Code.Retracted);
        _permits(_byConsentWith(IPolicy.RecordState.Amended), IPolicy.Basis.Consent, CONSENT_ID);
    }

    function _byConsentWith(IPolicy.RecordState state) private pure returns (Case memory c) {
        c = _byConsent();
        c.record.state = state;
    }

    function test_rules23To26_theTerms() public pure {
        Case memory c = _byConsent();
        c.record.resourceType = CONDITION;
        _deniesRecordAlone(c, IPolicy.Code.ResourceType);
        c.authority.consent.body.terms.resourceTypes = _list(keccak256("*"));
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        c = _byConsent();
        c.request.action = RESHARE;
        _denies(c, IPolicy.Code.Action);
        c = _byConsent();
        c.request.purpose = RESEARCH;
        _denies(c, IPolicy.Code.Purpose);
        c = _byConsent();
        c.record.from = 19_499;
        _deniesRecordAlone(c, IPolicy.Code.DataPeriod);
        c = _byConsent();
        c.record.to = 19_601;
        _deniesRecordAlone(c, IPolicy.Code.DataPeriod);
    }

    function test_actionsOfThoseWithoutAConsent() public pure {
        Case memory c = _byProxy();
        c.authority.delegation.body.mayRead = false;
        _denies(c, IPolicy.Code.Action);
        c = _byProxy();
        c.request.action = RESHARE;
        _denies(c, IPolicy.Code.Action);
        c = _byEmergency();
        c.request.action = RESHARE;
        _denies(c, IPolicy.Code.Action);
        c = _byEmergency();
        c.request.purpose = TREAT;
        _denies(c, IPolicy.Code.Purpose);
    }

    function test_rule27_exceptionsDeny() public pure {
        Case memory c = _byConsent();
        _except(c.authority.consent.body.terms, _exception());
        _denies(c, IPolicy.Code.Denied);
        c = _byReshare();
        _except(c.authority.parent.body.terms, _exception());
        _denies(c, IPolicy.Code.Denied);
    }

    function test_rule27_exceptionsForRecords() public pure {
        Case memory c = _byConsent();
        IPolicy.Exception memory exception = _exception();
        _except(c.authority.consent.body.terms, exception);
        exception.resourceTypes = _list(OBSERVATION);
        _deniesRecordAlone(c, IPolicy.Code.Denied);
        exception.resourceTypes = _list(CONDITION);
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        exception.resourceTypes = new bytes32[](0);
        exception.dataFrom = 19_600;
        _deniesRecordAlone(c, IPolicy.Code.Denied);
        exception.dataFrom = 19_601;
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        exception.dataFrom = type(int32).min;
        exception.dataTo = 19_500;
        _deniesRecordAlone(c, IPolicy.Code.Denied);
        exception.dataTo = 19_499;
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
    }

    function test_rule27_exceptionsForUses() public pure {
        Case memory c = _byConsent();
        IPolicy.Exception memory exception = _exception();
        _except(c.authority.consent.body.terms, exception);
        exception.actions = _list(READ);
        _denies(c, IPolicy.Code.Denied);
        exception.actions = _list(RESHARE);
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
        exception.actions = new bytes32[](0);
        exception.purposes = _list(TREAT);
        _denies(c, IPolicy.Code.Denied);
        exception.purposes = _list(RESEARCH);
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
    }

    /// @dev An exception from passing on denies what was passed on, whatever is done with it.
    function test_rule27_exceptionsFromPassingOn() public pure {
        Case memory c = _byReshare();
        IPolicy.Exception memory exception = _exception();
        exception.actions = _list(RESHARE);
        _except(c.authority.parent.body.terms, exception);
        _denies(c, IPolicy.Code.Denied);
        c = _byReshare();
        _except(c.authority.consent.body.terms, exception);
        _permits(c, IPolicy.Basis.Consent, CONSENT_ID);
    }

    function test_rule28_theAuthorWasPermitted() public pure {
        Case memory c = _byConsent();
        c.record.permit.given = false;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
        c = _byConsent();
        c.record.permit.signer = DOCTOR;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
        c = _byConsent();
        c.record.permit.segment = 0;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
        c = _byConsent();
        c.record.permit.organisation = SOUTH;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
        c = _byConsent();
        c.record.permit.notAfter--;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
        c = _byConsent();
        c.record.anchoredOn++;
        _deniesRecordAlone(c, IPolicy.Code.NoPermit);
    }
}

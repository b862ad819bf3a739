// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../../src/interfaces/IPolicy.sol";
import {Decide} from "../../src/lib/Decide.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @dev Inputs of the decision that are permitted, one for each way to ask; a test changes what its rule is about.
abstract contract DecideTest is LedgerTest {
    struct Case {
        IPolicy.Request request;
        IPolicy.Authority authority;
        IPolicy.Record record;
        IPolicy.LedgerState state;
    }

    uint64 internal constant NOW = 1_760_000_000;
    address internal constant OWNER = address(0x0111);
    address internal constant DOCTOR = address(0x0222);
    address internal constant PROXY = address(0x0333);
    address internal constant SPECIALIST = address(0x0444);
    address internal constant FIRST = address(0x0555);
    address internal constant SECOND = address(0x0666);
    bytes32 internal constant SEGMENT = keccak256("segment");
    bytes32 internal constant ACTOR = keccak256("doctor");
    bytes32 internal constant CARD = keccak256("doctor's card");
    bytes32 internal constant PARENT_CARD = keccak256("specialist's card");
    bytes32 internal constant READ = keccak256("read");
    bytes32 internal constant RESHARE = keccak256("reshare");
    bytes32 internal constant TREAT = keccak256("TREAT");
    bytes32 internal constant RESEARCH = keccak256("HRESCH");
    bytes32 internal constant OBSERVATION = keccak256("Observation");
    bytes32 internal constant CONDITION = keccak256("Condition");
    bytes32 internal constant CONSENT_ID = keccak256("consent");
    bytes32 internal constant PARENT_ID = keccak256("parent");
    bytes32 internal constant DELEGATION_ID = keccak256("delegation");

    /// @dev A doctor of SOUTH reads NORTH's record by the owner's consent.
    function _byConsent() internal pure returns (Case memory c) {
        c.request = IPolicy.Request({
            signer: DOCTOR,
            requester: IPolicy.Requester(true, ACTOR, SOUTH, CARD),
            action: READ,
            purpose: TREAT,
            segment: SEGMENT,
            kind: keccak256("general")
        });
        c.authority.consent = IPolicy.Consent(true, CONSENT_ID, OWNER, _body(ACTOR, CARD));
        c.record = IPolicy.Record({
            segment: SEGMENT,
            organisation: NORTH,
            resourceType: OBSERVATION,
            from: 19_500,
            to: 19_600,
            anchoredOn: 20_100,
            state: IPolicy.RecordState.Live,
            permit: IPolicy.Permit(true, SEGMENT, NORTH, 20_100 * 86_400, OWNER)
        });
        c.state.ledgerTime = NOW;
        c.state.localTime = NOW;
        c.state.confirmedAt = NOW - 100;
        c.state.staleAfter = 100;
        c.state.owner = OWNER;
        c.state.consent = IPolicy.ConsentState.Registered;
        c.state.actor = IPolicy.Actor(true, SOUTH, 0, DOCTOR, CARD, _list(keccak256("old card")), true);
    }

    /// @dev The owner reads.
    function _byOwner() internal pure returns (Case memory c) {
        c = _byConsent();
        c.request.signer = OWNER;
        c.request.requester.given = false;
        c.authority.consent.given = false;
    }

    /// @dev The doctor reads by a consent that a specialist passed on.
    function _byReshare() internal pure returns (Case memory c) {
        c = _byConsent();
        c.authority.consent.signer = SPECIALIST;
        c.authority.parent = IPolicy.Consent(true, PARENT_ID, OWNER, _body(keccak256("specialist"), PARENT_CARD));
        c.authority.parent.body.terms.actions = _list(READ, RESHARE);
        c.state.parent = IPolicy.ConsentState.Registered;
        c.state.resharer = IPolicy.Resharer(true, SPECIALIST, PARENT_CARD);
    }

    /// @dev The doctor reads by a consent that the owner's proxy signed.
    function _byProxysConsent() internal pure returns (Case memory c) {
        c = _byConsent();
        c.authority.consent.signer = PROXY;
        c.authority.delegation =
            IPolicy.Delegation(true, DELEGATION_ID, OWNER, IPolicy.DelegationBody(SEGMENT, PROXY, true, _terms()));
        c.state.delegation = IPolicy.ConsentState.Registered;
    }

    /// @dev The owner's proxy reads.
    function _byProxy() internal pure returns (Case memory c) {
        c = _byProxysConsent();
        c.request.signer = PROXY;
        c.request.requester.given = false;
        c.authority.consent.given = false;
    }

    /// @dev The doctor reads in an emergency that two others signed too.
    function _byEmergency() internal pure returns (Case memory c) {
        c = _byConsent();
        c.request.kind = keccak256("emergency");
        c.request.purpose = keccak256("ETREAT");
        c.authority.consent.given = false;
        c.authority.emergency = IPolicy.Emergency(true, NOW, DOCTOR, [FIRST, SECOND]);
        c.state.cosigners[0] = IPolicy.Cosigner(true, NORTH, FIRST);
        c.state.cosigners[1] = IPolicy.Cosigner(true, LAB, SECOND);
    }

    function _body(bytes32 grantee, bytes32 keys) private pure returns (IPolicy.ConsentBody memory) {
        return IPolicy.ConsentBody(SEGMENT, grantee, keys, _terms());
    }

    function _terms() internal pure returns (IPolicy.Terms memory terms) {
        terms.resourceTypes = _list(OBSERVATION);
        terms.actions = _list(READ);
        terms.purposes = _list(TREAT);
        terms.dataFrom = 19_500;
        terms.dataTo = 19_600;
        terms.notBefore = NOW - 10;
        terms.notAfter = NOW + 10;
    }

    /// @dev Met by everything.
    function _exception() internal pure returns (IPolicy.Exception memory exception) {
        exception.dataFrom = type(int32).min;
        exception.dataTo = type(int32).max;
    }

    function _except(IPolicy.Terms memory terms, IPolicy.Exception memory exception) internal pure {
        terms.exceptions = new IPolicy.Exception[](1);
        terms.exceptions[0] = exception;
    }

    function _list(bytes32 a) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = a;
    }

    function _list(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](2);
        (list[0], list[1]) = (a, b);
    }

    function _permits(Case memory c, IPolicy.Basis basis, bytes32 id) internal pure {
        _is(Decide.decide(c.request, c.authority, c.record, c.state), basis, IPolicy.Code.None, id);
        _is(Decide.decideSegment(c.request, c.authority, c.state), basis, IPolicy.Code.None, id);
    }

    /// @dev Denied on the record and on the segment alike.
    function _denies(Case memory c, IPolicy.Code code) internal pure {
        _deniesRecord(c, code);
        _is(Decide.decideSegment(c.request, c.authority, c.state), IPolicy.Basis.None, code, 0);
    }

    function _deniesRecord(Case memory c, IPolicy.Code code) internal pure {
        _is(Decide.decide(c.request, c.authority, c.record, c.state), IPolicy.Basis.None, code, 0);
    }

    /// @dev The segment without the record is permitted.
    function _deniesRecordAlone(Case memory c, IPolicy.Code code) internal pure {
        _deniesRecord(c, code);
        _true(Decide.decideSegment(c.request, c.authority, c.state).basis != IPolicy.Basis.None);
    }

    function _is(IPolicy.Decision memory decision, IPolicy.Basis basis, IPolicy.Code code, bytes32 id) internal pure {
        _equal(uint256(decision.code), uint256(code));
        _equal(uint256(decision.basis), uint256(basis));
        _equal(decision.id, id);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../interfaces/IPolicy.sol";

/// @notice The decision: pure, total, denies by default; the first failing rule gives the code. The rules stand in the
/// order and with the numbers of docs/decide.md.
library Decide {
    /// @dev Seconds for which a declared emergency opens.
    uint256 private constant EMERGENCY_SECONDS = 14_400;
    uint64 private constant SECONDS_PER_DAY = 86_400;
    uint8 private constant PRACTITIONER = 0;
    int32 private constant NO_FROM = type(int32).min;
    int32 private constant NO_TO = type(int32).max;
    bytes32 private constant ANY_TYPE = keccak256("*");
    bytes32 private constant READ = keccak256("read");
    bytes32 private constant RESHARE = keccak256("reshare");
    bytes32 private constant EMERGENCY_TREATMENT = keccak256("ETREAT");
    bytes32 private constant EMERGENCY_KIND = keccak256("emergency");

    /// @dev How somebody asks: told by what is shown alone, so that every input has one way.
    enum Way {
        Owner,
        Grantee,
        Proxy,
        Emergency
    }

    /// @dev A document of the chain.
    struct Link {
        bytes32 segment;
        address signer;
        IPolicy.ConsentState state;
        IPolicy.Terms terms;
    }

    /// @dev `chain`: the consent and what it hangs on, or a proxy's own delegation; what comes from the owner last.
    struct Input {
        Way way;
        IPolicy.Request request;
        IPolicy.Authority authority;
        IPolicy.LedgerState state;
        Link[] chain;
    }

    /// @notice May the record be opened?
    function decide(
        IPolicy.Request memory request,
        IPolicy.Authority memory authority,
        IPolicy.Record memory record,
        IPolicy.LedgerState memory state
    ) internal pure returns (IPolicy.Decision memory) {
        return _decide(request, authority, record, true, state);
    }

    /// @notice The same without a record, by the rules that are about the segment alone.
    function decideSegment(
        IPolicy.Request memory request,
        IPolicy.Authority memory authority,
        IPolicy.LedgerState memory state
    ) internal pure returns (IPolicy.Decision memory) {
        // Without a record no rule reads it.
        // slither-disable-next-line uninitialized-local
        IPolicy.Record memory none;
        return _decide(request, authority, none, false, state);
    }

    /// @param whole Whether there is a record to decide on.
    function _decide(
        IPolicy.Request memory request,
        IPolicy.Authority memory authority,
        IPolicy.Record memory record,
        bool whole,
        IPolicy.LedgerState memory state
    ) private pure returns (IPolicy.Decision memory) {
        Way way = _wayOf(request, authority);
        Input memory input = Input(way, request, authority, state, _chainOf(way, authority, state));
        IPolicy.Code code = _requestRules(input);
        if (code == IPolicy.Code.None) code = _chainRules(input);
        if (code == IPolicy.Code.None) code = _requesterRules(input);
        if (code == IPolicy.Code.None) code = _contentRules(input, record, whole);
        if (code != IPolicy.Code.None) return IPolicy.Decision(IPolicy.Basis.None, code, 0);
        return _permitFor(input);
    }

    function _permitFor(Input memory input) private pure returns (IPolicy.Decision memory) {
        IPolicy.Authority memory authority = input.authority;
        if (input.way == Way.Owner) return _permit(IPolicy.Basis.Owner, input.request.segment);
        if (input.way == Way.Emergency) return _permit(IPolicy.Basis.Emergency, input.request.segment);
        if (input.way == Way.Proxy) return _permit(IPolicy.Basis.Proxy, authority.delegation.id);
        return _permit(authority.delegation.given ? IPolicy.Basis.Proxy : IPolicy.Basis.Consent, authority.consent.id);
    }

    function _permit(IPolicy.Basis basis, bytes32 id) private pure returns (IPolicy.Decision memory) {
        return IPolicy.Decision(basis, IPolicy.Code.None, id);
    }

    function _wayOf(IPolicy.Request memory request, IPolicy.Authority memory authority) private pure returns (Way) {
        if (!request.requester.given) return authority.delegation.given ? Way.Proxy : Way.Owner;
        return authority.emergency.given ? Way.Emergency : Way.Grantee;
    }

    function _chainOf(Way way, IPolicy.Authority memory authority, IPolicy.LedgerState memory state)
        private
        pure
        returns (Link[] memory chain)
    {
        if (way == Way.Owner || way == Way.Emergency) return chain;
        bool grantee = way == Way.Grantee;
        bool withConsent = grantee && authority.consent.given;
        bool withParent = grantee && authority.parent.given;
        uint256 length = (withConsent ? 1 : 0) + (withParent ? 1 : 0) + (authority.delegation.given ? 1 : 0);
        chain = new Link[](length);
        uint256 next = 0;
        if (withConsent) chain[next++] = _linkOf(authority.consent, state.consent);
        if (withParent) chain[next++] = _linkOf(authority.parent, state.parent);
        if (authority.delegation.given) {
            IPolicy.Delegation memory delegation = authority.delegation;
            chain[next] =
                Link(delegation.body.segment, delegation.signer, state.delegation, delegation.body.terms);
        }
    }

    function _linkOf(IPolicy.Consent memory consent, IPolicy.ConsentState state) private pure returns (Link memory) {
        return Link(consent.body.segment, consent.signer, state, consent.body.terms);
    }

    /// @dev Rules 1 to 6: who signed what is shown.
    function _requestRules(Input memory input) private pure returns (IPolicy.Code) {
        IPolicy.Authority memory authority = input.authority;
        IPolicy.LedgerState memory state = input.state;
        address signer = input.request.signer;
        if (signer == address(0)) return IPolicy.Code.NotOwner;
        if (input.way == Way.Owner) return signer == state.owner ? IPolicy.Code.None : IPolicy.Code.NotOwner;
        if (input.way == Way.Emergency) return IPolicy.Code.None;
        if (input.way == Way.Grantee) {
            if (!authority.consent.given) return IPolicy.Code.NoConsent;
            if (authority.parent.given && authority.delegation.given) return IPolicy.Code.TooManyLinks;
        }
        if (!_signedBy(input.chain[input.chain.length - 1].signer, state.owner)) return IPolicy.Code.NotOwner;
        if (authority.delegation.given) {
            address signed = input.way == Way.Proxy ? signer : authority.consent.signer;
            if (!_signedBy(signed, authority.delegation.body.proxy)) return IPolicy.Code.NotProxy;
        }
        if (input.way == Way.Grantee && authority.parent.given && !_mayReshare(authority, state.resharer)) {
            return IPolicy.Code.NotResharer;
        }
        return IPolicy.Code.None;
    }

    function _mayReshare(IPolicy.Authority memory authority, IPolicy.Resharer memory resharer)
        private
        pure
        returns (bool)
    {
        IPolicy.ConsentBody memory parent = authority.parent.body;
        return resharer.given && _includes(parent.terms.actions, RESHARE) && parent.granteeKeys == resharer.keyCard
            && _signedBy(authority.consent.signer, resharer.signer);
    }

    /// @dev Rules 7 to 12: state, windows, and the head of the ledger.
    function _chainRules(Input memory input) private pure returns (IPolicy.Code) {
        Link[] memory chain = input.chain;
        IPolicy.LedgerState memory state = input.state;
        for (uint256 i; i < chain.length; i++) {
            if (chain[i].state == IPolicy.ConsentState.Revoked) return IPolicy.Code.Revoked;
        }
        for (uint256 i; i < chain.length; i++) {
            if (chain[i].state != IPolicy.ConsentState.Registered) return IPolicy.Code.NotRegistered;
        }
        if (input.way == Way.Emergency && input.request.kind != EMERGENCY_KIND) return IPolicy.Code.NotEmergency;
        (uint256 earlier, uint256 later) = state.ledgerTime < state.localTime
            ? (state.ledgerTime, state.localTime)
            : (state.localTime, state.ledgerTime);
        (uint256 notBefore, uint256 notAfter) = _window(input);
        if (earlier < notBefore) return IPolicy.Code.NotYetValid;
        if (later > notAfter) return IPolicy.Code.Expired;
        if (int256(uint256(state.localTime)) - int256(uint256(state.confirmedAt)) > int256(uint256(state.staleAfter))) {
            return IPolicy.Code.LedgerStale;
        }
        return IPolicy.Code.None;
    }

    /// @dev What all windows have in common.
    function _window(Input memory input) private pure returns (uint256 notBefore, uint256 notAfter) {
        if (input.way == Way.Emergency) {
            notBefore = input.authority.emergency.declaredAt;
            return (notBefore, notBefore + EMERGENCY_SECONDS);
        }
        notAfter = type(uint256).max;
        for (uint256 i; i < input.chain.length; i++) {
            IPolicy.Terms memory terms = input.chain[i].terms;
            if (terms.notBefore > notBefore) notBefore = terms.notBefore;
            if (terms.notAfter < notAfter) notAfter = terms.notAfter;
        }
    }

    /// @dev Rules 13 to 18: who the requester is.
    function _requesterRules(Input memory input) private pure returns (IPolicy.Code) {
        if (input.way == Way.Owner || input.way == Way.Proxy) return IPolicy.Code.None;
        IPolicy.Requester memory requester = input.request.requester;
        IPolicy.Actor memory actor = input.state.actor;
        if (
            !actor.given || actor.signer != input.request.signer || actor.organisation != requester.organisation
                || actor.keyCard != requester.keyCard
        ) return IPolicy.Code.UnknownRequester;
        if (!actor.memberActive) return IPolicy.Code.MemberSuspended;
        if (input.way == Way.Emergency) return _emergencyRules(input);
        IPolicy.ConsentBody memory body = input.authority.consent.body;
        if (body.grantee == requester.organisation) return IPolicy.Code.None;
        if (body.grantee != requester.actor) return IPolicy.Code.NotGrantee;
        if (body.granteeKeys == requester.keyCard) return IPolicy.Code.None;
        return _includes(actor.earlierKeyCards, body.granteeKeys) ? IPolicy.Code.RotatedKey : IPolicy.Code.NotGrantee;
    }

    function _emergencyRules(Input memory input) private pure returns (IPolicy.Code) {
        IPolicy.Emergency memory emergency = input.authority.emergency;
        IPolicy.Actor memory actor = input.state.actor;
        if (actor.role != PRACTITIONER || !_signedBy(emergency.signer, actor.signer)) return IPolicy.Code.NotDeclared;
        IPolicy.Cosigner memory first = input.state.cosigners[0];
        IPolicy.Cosigner memory second = input.state.cosigners[1];
        bool cosigned = first.given && second.given && _signedBy(emergency.cosigners[0], first.signer)
            && _signedBy(emergency.cosigners[1], second.signer) && first.organisation != actor.organisation
            && second.organisation != actor.organisation && first.organisation != second.organisation;
        return cosigned ? IPolicy.Code.None : IPolicy.Code.NotCosigned;
    }

    /// @dev Rules 19 to 28: what is asked for.
    function _contentRules(Input memory input, IPolicy.Record memory record, bool whole)
        private
        pure
        returns (IPolicy.Code)
    {
        Link[] memory chain = input.chain;
        bytes32 segment = input.request.segment;
        bool chained = chain.length > 0;
        if (chain.length > 1 && !_coversTerms(chain[1].terms, chain[0].terms)) return IPolicy.Code.BeyondLimits;
        for (uint256 i; i < chain.length; i++) {
            if (chain[i].segment != segment) return IPolicy.Code.WrongSegment;
        }
        if (whole) {
            if (record.segment != segment) return IPolicy.Code.WrongSegment;
            if (record.state == IPolicy.RecordState.Erased) return IPolicy.Code.Erased;
            if (record.state == IPolicy.RecordState.Retracted && input.way != Way.Owner) return IPolicy.Code.Retracted;
            if (chained && !_coversType(chain[0].terms, record.resourceType)) return IPolicy.Code.ResourceType;
        }
        IPolicy.Code code = _useRules(input);
        if (code != IPolicy.Code.None) return code;
        if (whole && chained && !_coversPeriod(chain[0].terms, record.from, record.to)) return IPolicy.Code.DataPeriod;
        if (_excepted(input, record, whole)) return IPolicy.Code.Denied;
        if (whole && !_permitted(input, record)) return IPolicy.Code.NoPermit;
        return IPolicy.Code.None;
    }

    /// @dev Rules 24 and 25: action and purpose.
    function _useRules(Input memory input) private pure returns (IPolicy.Code) {
        IPolicy.Request memory request = input.request;
        bool chained = input.chain.length > 0;
        if (chained && !_includes(input.chain[0].terms.actions, request.action)) return IPolicy.Code.Action;
        if (input.way == Way.Proxy && !input.authority.delegation.body.mayRead) return IPolicy.Code.Action;
        if (request.action != READ) return IPolicy.Code.Action;
        if (chained && !_includes(input.chain[0].terms.purposes, request.purpose)) return IPolicy.Code.Purpose;
        if (input.way == Way.Emergency && request.purpose != EMERGENCY_TREATMENT) return IPolicy.Code.Purpose;
        return IPolicy.Code.None;
    }

    /// @dev Rule 27. Of what a consent hangs on, exceptions about passing on count too.
    function _excepted(Input memory input, IPolicy.Record memory record, bool whole) private pure returns (bool) {
        for (uint256 i; i < input.chain.length; i++) {
            IPolicy.Exception[] memory exceptions = input.chain[i].terms.exceptions;
            for (uint256 j; j < exceptions.length; j++) {
                IPolicy.Exception memory exception = exceptions[j];
                bool met = whole ? _meetsRecord(exception, record) : _meetsEveryRecord(exception);
                if (met && _meetsUse(exception, input.request, i > 0)) return true;
            }
        }
        return false;
    }

    function _meetsEveryRecord(IPolicy.Exception memory exception) private pure returns (bool) {
        return exception.resourceTypes.length == 0 && exception.dataFrom == NO_FROM && exception.dataTo == NO_TO;
    }

    function _meetsRecord(IPolicy.Exception memory exception, IPolicy.Record memory record)
        private
        pure
        returns (bool)
    {
        return (exception.resourceTypes.length == 0 || _includes(exception.resourceTypes, record.resourceType))
            && record.to >= exception.dataFrom && record.from <= exception.dataTo;
    }

    function _meetsUse(IPolicy.Exception memory exception, IPolicy.Request memory request, bool passedOn)
        private
        pure
        returns (bool)
    {
        return (
            exception.actions.length == 0 || _includes(exception.actions, request.action)
                || (passedOn && _includes(exception.actions, RESHARE))
        ) && (exception.purposes.length == 0 || _includes(exception.purposes, request.purpose));
    }

    /// @dev Rule 28.
    function _permitted(Input memory input, IPolicy.Record memory record) private pure returns (bool) {
        IPolicy.Permit memory permit = record.permit;
        return permit.given && _signedBy(permit.signer, input.state.owner) && permit.segment == input.request.segment
            && permit.organisation == record.organisation
            && record.anchoredOn <= int256(uint256(permit.notAfter / SECONDS_PER_DAY));
    }

    function _coversType(IPolicy.Terms memory terms, bytes32 resourceType) private pure returns (bool) {
        return _includes(terms.resourceTypes, ANY_TYPE) || _includes(terms.resourceTypes, resourceType);
    }

    function _coversPeriod(IPolicy.Terms memory terms, int32 from, int32 to) private pure returns (bool) {
        return from >= terms.dataFrom && to <= terms.dataTo;
    }

    function _coversTerms(IPolicy.Terms memory outer, IPolicy.Terms memory inner) private pure returns (bool) {
        for (uint256 i; i < inner.resourceTypes.length; i++) {
            if (!_coversType(outer, inner.resourceTypes[i])) return false;
        }
        for (uint256 i; i < inner.actions.length; i++) {
            if (inner.actions[i] == RESHARE || !_includes(outer.actions, inner.actions[i])) return false;
        }
        for (uint256 i; i < inner.purposes.length; i++) {
            if (!_includes(outer.purposes, inner.purposes[i])) return false;
        }
        return _coversPeriod(outer, inner.dataFrom, inner.dataTo) && inner.notBefore >= outer.notBefore
            && inner.notAfter <= outer.notAfter;
    }

    function _includes(bytes32[] memory values, bytes32 value) private pure returns (bool) {
        for (uint256 i; i < values.length; i++) {
            if (values[i] == value) return true;
        }
        return false;
    }

    /// @dev An account that is none has signed nothing.
    function _signedBy(address signer, address expected) private pure returns (bool) {
        return signer != address(0) && signer == expected;
    }
}

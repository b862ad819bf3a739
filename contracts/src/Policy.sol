// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IConsents} from "./interfaces/IConsents.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IOwners} from "./interfaces/IOwners.sol";
import {IPolicy} from "./interfaces/IPolicy.sol";
import {IRecords} from "./interfaces/IRecords.sol";
import {Decide} from "./lib/Decide.sol";
import {Signature} from "./lib/Signature.sol";
import {SignedDocument} from "./lib/SignedDocument.sol";
import {segmentId} from "./lib/segmentId.sol";

/// @dev Keeps nothing: documents come as calldata, state from the other contracts.
contract Policy is IPolicy {
    using SignedDocument for SignedConsent;
    using SignedDocument for SignedDelegation;
    using SignedDocument for SignedPermit;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    IConsortium private immutable _consortium;
    IDirectory private immutable _directory;
    IConsents private immutable _consents;
    IOwners private immutable _owners;
    IRecords private immutable _records;

    constructor(
        IConsortium consortium_,
        IDirectory directory_,
        IConsents consents_,
        IOwners owners_,
        IRecords records_
    ) {
        _consortium = consortium_;
        _directory = directory_;
        _consents = consents_;
        _owners = owners_;
        _records = records_;
    }

    /// @inheritdoc IPolicy
    function decide(Question calldata question) external view returns (Decision memory) {
        Request memory request = Request({
            signer: question.signer,
            requester: question.requester,
            action: question.action,
            purpose: question.purpose,
            segment: _segmentOf(question.opening),
            kind: keccak256(bytes(question.opening.kind))
        });
        // Zero is "not given", for what is not filled in: nobody declares an emergency here.
        // slither-disable-next-line uninitialized-local
        Authority memory authority;
        authority.consent = _consentOf(question.consent);
        authority.parent = _consentOf(question.parent);
        authority.delegation = _delegationOf(question.delegation);
        return Decide.decide(
            request, authority, _recordOf(question.record), _stateOf(question, request.segment, authority)
        );
    }

    function _stateOf(Question calldata question, bytes32 segment, Authority memory authority)
        private
        view
        returns (LedgerState memory state)
    {
        uint64 time = uint64(block.timestamp);
        (state.ledgerTime, state.localTime, state.confirmedAt) = (time, time, time);
        // The next owner's digest decides nothing.
        // slither-disable-next-line unused-return
        (address rotated,, uint64 generation) = _owners.ownerOf(segment);
        state.owner = generation == 0 ? question.opening.owner : rotated;
        if (authority.consent.given) state.consent = _consentState(authority.consent.id);
        if (authority.parent.given) {
            state.parent = _consentState(authority.parent.id);
            state.resharer = _resharerOf(authority.parent.body.grantee);
        }
        if (authority.delegation.given) state.delegation = _consentState(authority.delegation.id);
        if (question.requester.given) state.actor = _actorOf(question.requester.actor, question.earlierKeyCards);
    }

    function _consentState(bytes32 id) private view returns (ConsentState) {
        IConsents.Status status = _consents.status(id);
        if (status == IConsents.Status.Registered) return ConsentState.Registered;
        return status == IConsents.Status.Revoked ? ConsentState.Revoked : ConsentState.None;
    }

    function _actorOf(bytes32 id, bytes32[] calldata earlierKeyCards) private view returns (Actor memory) {
        IDirectory.Actor memory actor = _directory.actor(id);
        return Actor({
            given: actor.active,
            organisation: actor.organisation,
            role: actor.role,
            signer: actor.signer,
            keyCard: actor.keyCard,
            earlierKeyCards: earlierKeyCards,
            memberActive: actor.active && _mayAct(actor.organisation)
        });
    }

    /// @dev An actor of the directory, or else a member.
    function _resharerOf(bytes32 grantee) private view returns (Resharer memory resharer) {
        IDirectory.Actor memory actor = _directory.actor(grantee);
        if (actor.version != 0) {
            return Resharer(actor.active && _mayAct(actor.organisation), actor.signer, actor.keyCard);
        }
        if (!_mayAct(grantee)) return resharer;
        IConsortium.Member memory member = _consortium.member(grantee);
        return Resharer(true, member.signer, member.keyCard);
    }

    /// @dev Whether the organisation is a member that may act now.
    function _mayAct(bytes32 organisation) private view returns (bool) {
        try _consortium.authorise(organisation, IPolicy.decide.selector) returns (address signer) {
            return signer != address(0);
        } catch {
            return false;
        }
    }

    function _recordOf(AskedRecord calldata asked) private view returns (Record memory) {
        SignedPermit calldata permit = asked.permit;
        return Record({
            segment: asked.segment,
            organisation: asked.organisation,
            resourceType: asked.resourceType,
            from: asked.from,
            to: asked.to,
            anchoredOn: asked.anchoredOn,
            state: _recordState(_records.statusOf(asked.organisation, asked.id)),
            permit: Permit({
                given: permit.given,
                segment: permit.segment,
                organisation: permit.organisation,
                notAfter: permit.notAfter,
                signer: Signature.signerOf(_digestOf(permit.hashOf()), permit.signature)
            })
        });
    }

    function _recordState(IRecords.Status memory status) private pure returns (RecordState) {
        if (status.erased) return RecordState.Erased;
        if (status.retracted) return RecordState.Retracted;
        return status.amended ? RecordState.Amended : RecordState.Live;
    }

    function _consentOf(SignedConsent calldata document) private view returns (Consent memory consent) {
        if (!document.given) return consent;
        (bytes32 id, address signer) = _registrationOf(document.hashOf(), document.revoker, document.signature);
        return Consent({given: true, id: id, signer: signer, body: document.body});
    }

    function _delegationOf(SignedDelegation calldata document) private view returns (Delegation memory delegation) {
        if (!document.given) return delegation;
        (bytes32 id, address signer) = _registrationOf(document.hashOf(), document.revoker, document.signature);
        return Delegation({given: true, id: id, signer: signer, body: document.body});
    }

    /// @dev Under which id a document of this struct hash is registered, and who signed it.
    function _registrationOf(bytes32 structHash, address revoker, bytes calldata signature)
        private
        view
        returns (bytes32 id, address signer)
    {
        bytes32 digest = _digestOf(structHash);
        return (_consents.consentId(revoker, digest), Signature.signerOf(digest, signature));
    }

    /// @dev EIP-712 in the domain of the Consents contract: what patients sign.
    function _digestOf(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("Anamnesis"), keccak256("1"), block.chainid, address(_consents))
        );
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    function _segmentOf(Opening calldata opening) private pure returns (bytes32) {
        bytes32 kind = sha256(abi.encodePacked("anamnesis/kind/1", opening.kindSalt, opening.kind));
        return segmentId(opening.owner, opening.nextOwner, kind);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The decision of docs/decide.md: its structures, field for field those of packages/core/src/consent/decide.ts.
/// Texts (resource types, actions, purposes, kinds) are keccak256 of their UTF-8. What is `null` there is here: an account
/// zero, a struct with `given` false, a day the least int32 for a beginning and the greatest for an end.
interface IPolicy {
    /// @notice What a permit stands on; None: denied.
    enum Basis {
        None,
        Owner,
        Consent,
        Proxy,
        Emergency
    }

    /// @notice The code of the first failing rule, in the order of the rules; None: permitted.
    enum Code {
        None,
        NotOwner,
        NoConsent,
        TooManyLinks,
        NotProxy,
        NotResharer,
        Revoked,
        NotRegistered,
        NotEmergency,
        NotYetValid,
        Expired,
        LedgerStale,
        UnknownRequester,
        MemberSuspended,
        NotGrantee,
        RotatedKey,
        NotDeclared,
        NotCosigned,
        BeyondLimits,
        WrongSegment,
        Erased,
        Retracted,
        ResourceType,
        Action,
        Purpose,
        DataPeriod,
        Denied,
        NoPermit
    }

    enum ConsentState {
        None,
        Registered,
        Revoked
    }

    enum RecordState {
        Live,
        Amended,
        Retracted,
        Erased
    }

    /// @param id The segment, consent or delegation by which it is permitted; zero when denied.
    struct Decision {
        Basis basis;
        Code code;
        bytes32 id;
    }

    /// @notice What is denied within what terms permit. Empty, or without a limit: any.
    struct Exception {
        bytes32[] resourceTypes;
        bytes32[] actions;
        bytes32[] purposes;
        int32 dataFrom;
        int32 dataTo;
    }

    struct Terms {
        bytes32[] resourceTypes;
        bytes32[] actions;
        bytes32[] purposes;
        int32 dataFrom;
        int32 dataTo;
        Exception[] exceptions;
        uint64 notBefore;
        uint64 notAfter;
    }

    struct ConsentBody {
        bytes32 segment;
        bytes32 grantee;
        bytes32 granteeKeys;
        Terms terms;
    }

    struct Consent {
        bool given;
        bytes32 id;
        address signer;
        ConsentBody body;
    }

    struct DelegationBody {
        bytes32 segment;
        address proxy;
        bool mayRead;
        Terms terms;
    }

    struct Delegation {
        bool given;
        bytes32 id;
        address signer;
        DelegationBody body;
    }

    struct Emergency {
        bool given;
        uint64 declaredAt;
        address signer;
        address[2] cosigners;
    }

    struct Authority {
        Consent consent;
        Consent parent;
        Delegation delegation;
        Emergency emergency;
    }

    struct Requester {
        bool given;
        bytes32 actor;
        bytes32 organisation;
        bytes32 keyCard;
    }

    struct Request {
        address signer;
        Requester requester;
        bytes32 action;
        bytes32 purpose;
        bytes32 segment;
        bytes32 kind;
    }

    struct Permit {
        bool given;
        bytes32 segment;
        bytes32 organisation;
        uint64 notAfter;
        address signer;
    }

    struct Record {
        bytes32 segment;
        bytes32 organisation;
        bytes32 resourceType;
        int32 from;
        int32 to;
        int32 anchoredOn;
        RecordState state;
        Permit permit;
    }

    /// @param role As in IDirectory: 0 practitioner, 1 staff, 2 device.
    struct Actor {
        bool given;
        bytes32 organisation;
        uint8 role;
        address signer;
        bytes32 keyCard;
        bytes32[] earlierKeyCards;
        bool memberActive;
    }

    struct Resharer {
        bool given;
        address signer;
        bytes32 keyCard;
    }

    struct Cosigner {
        bool given;
        bytes32 organisation;
        address signer;
    }

    struct LedgerState {
        uint64 ledgerTime;
        uint64 localTime;
        uint64 confirmedAt;
        uint64 staleAfter;
        address owner;
        ConsentState consent;
        ConsentState parent;
        ConsentState delegation;
        Actor actor;
        Resharer resharer;
        Cosigner[2] cosigners;
    }

    /// @notice What opens a segment id.
    /// @param kind The kind itself, such as "emergency".
    struct Opening {
        address owner;
        bytes32 nextOwner;
        string kind;
        bytes32 kindSalt;
    }

    /// @param statement keccak256 of the sentence that stands in the signed structure.
    struct SignedConsent {
        bool given;
        bytes32 statement;
        ConsentBody body;
        bytes32 salt;
        address revoker;
        bytes signature;
    }

    /// @param statement As in SignedConsent.
    struct SignedDelegation {
        bool given;
        bytes32 statement;
        DelegationBody body;
        bytes32 salt;
        address revoker;
        bytes signature;
    }

    struct SignedPermit {
        bool given;
        bytes32 segment;
        bytes32 organisation;
        uint64 notAfter;
        bytes32 salt;
        bytes signature;
    }

    /// @param id The record's id, under which the ledger says what became of it.
    struct AskedRecord {
        bytes32 id;
        bytes32 segment;
        bytes32 organisation;
        bytes32 resourceType;
        int32 from;
        int32 to;
        int32 anchoredOn;
        SignedPermit permit;
    }

    /// @param signer The account that signed the request.
    /// @param earlierKeyCards Key cards that the requester had before: the directory keeps the newest alone. They choose
    /// between two codes of denial and permit nothing.
    struct Question {
        address signer;
        Requester requester;
        bytes32 action;
        bytes32 purpose;
        Opening opening;
        SignedConsent consent;
        SignedConsent parent;
        SignedDelegation delegation;
        bytes32[] earlierKeyCards;
        AskedRecord record;
    }

    /// @notice Decides on documents that are shown, with the ledger's state of now and its time as both clocks. Consents,
    /// delegations, permits and the opening are checked here, and so is everything that the ledger knows. That the request is
    /// signed, that the record is anchored on that day, and that its attributes open the header's commitment, is the caller's
    /// word. Emergencies have no document yet: there is none.
    function decide(Question calldata question) external view returns (Decision memory);
}

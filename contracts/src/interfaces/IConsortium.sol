// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "./IMembers.sol";
import {ISignedIntents} from "./ISignedIntents.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice The member organisations: who they are, with which keys, and whether they may act; and the committee whose
/// custodians hold the shares of the consortium's key. Nobody becomes or ceases to be a member but by a proposal that the
/// members carried (IProposals). There is one key for ever; its shares pass to other custodians from epoch to epoch. All
/// state can be rebuilt from the events.
interface IConsortium is IMembers, ISignedIntents, IVersioned {
    /// @dev Removed is for ever: an organisation that comes back has a new id, as it has a new key.
    enum Status {
        None,
        Active,
        Suspended,
        Removed
    }

    /// @param id Digest of the organisation's first key card.
    /// @param kind 0 hospital, 1 clinic, 2 laboratory, 3 pharmacy, 4 insurer, 5 research, 6 manufacturer, 7 regulator.
    /// @param custodian Whether the organisation may hold a share of a committee key.
    struct NewMember {
        bytes32 id;
        uint8 kind;
        address signer;
        bytes32 keyCard;
        bool custodian;
        string name;
        string endpoint;
    }

    /// @param endpointVersion 0 until the organisation set another endpoint than the one that it was admitted with.
    struct Member {
        uint8 kind;
        address signer;
        bytes32 keyCard;
        bool custodian;
        string name;
        string endpoint;
        uint64 endpointVersion;
        Status status;
    }

    /// @param certificate Digest of the certificate over the public key and the verification shares.
    /// @param threshold Shares that open a record.
    /// @param members Custodians in the order of their share index; the first has index 1.
    struct Committee {
        bytes32 certificate;
        uint8 threshold;
        uint32 shareEpoch;
        bytes32[] members;
    }

    /// @param request What a proposal to admit names: keccak256(abi.encode(NewMember)).
    event JoinRequested(
        bytes32 indexed request,
        bytes32 indexed organisation,
        uint8 kind,
        address signer,
        bytes32 keyCard,
        bool custodian,
        string name,
        string endpoint
    );
    event MemberAdmitted(
        bytes32 indexed organisation,
        uint8 kind,
        address signer,
        bytes32 keyCard,
        bool custodian,
        string name,
        string endpoint
    );
    event MemberSuspended(bytes32 indexed organisation);
    event MemberReinstated(bytes32 indexed organisation);
    event MemberRemoved(bytes32 indexed organisation);
    event MemberKeyRotated(bytes32 indexed organisation, address signer, bytes32 keyCard);
    event EndpointSet(bytes32 indexed organisation, string endpoint, uint64 version);
    event CommitteeAdopted(
        bytes32 indexed committee, bytes32 certificate, uint8 threshold, uint32 shareEpoch, bytes32[] members
    );

    /// @notice The kind of member is none of the eight.
    error BadKind(uint8 kind);
    /// @notice A member needs an id and a signer.
    error IncompleteMember(bytes32 organisation);
    /// @notice The organisation is a member already, or was one.
    error MemberExists(bytes32 organisation);
    /// @notice The key is or was a member's: it never signs for another one, nor again.
    error SignerTaken(address signer);
    /// @notice A name is 1 to 256 bytes.
    error BadName();
    /// @notice An endpoint is 1 to 256 bytes of visible ASCII, as URLs are.
    error BadEndpoint();
    /// @notice The entrant asked for exactly this.
    error AlreadyRequested();
    /// @notice Nobody signed such a request to join.
    error UnknownRequest(bytes32 request);
    /// @notice Only a suspended member is reinstated.
    error MemberNotSuspended(bytes32 organisation);
    /// @notice The organisation was a member and was removed.
    error NoLongerMember(bytes32 organisation);
    /// @notice The new key did not sign that it becomes the organisation's.
    error KeyNotAccepted(address signer);
    /// @notice This committee is adopted with exactly this content.
    error AlreadyAdopted();
    /// @notice Another committee stands, or this one has another content in this epoch.
    error CommitteeConflict();
    /// @notice A later epoch stands.
    error ShareEpochPast(uint32 current);
    /// @notice The epoch is not the one after the standing one.
    error ShareEpochGap(uint32 current);
    /// @notice The threshold is not between 2 and the number of members, or there are more than 255 members.
    error BadThreshold(uint8 threshold, uint256 members);
    /// @notice Not more than half of the consortium's active custodians are in the first committee.
    error TooFewCustodians(uint256 members, uint256 custodians);
    /// @notice Fewer active custodians of the standing committee signed than it takes to open a record.
    error TooFewStanding(uint256 signed, uint8 threshold);
    /// @notice The member does not hold shares.
    error NotCustodian(bytes32 organisation);
    /// @notice A member stands in the list twice.
    error DuplicateMember(bytes32 organisation);
    /// @notice There is not exactly one signature for each member, or not one place for each standing one after them.
    error SignatureCount(uint256 expected, uint256 given);
    /// @notice Without this member fewer active custodians than the threshold would be left in the standing committee.
    error CommitteeBelowThreshold(uint256 left, uint8 threshold);

    /// @notice Asks the members to be admitted. It changes nothing but that a proposal can name it.
    /// @dev RequestJoin(bytes32 id,uint8 kind,address signer,bytes32 keyCard,bool custodian,string name,string endpoint),
    /// signed by the entrant's own key, which proves that it has it.
    function requestJoin(NewMember calldata entrant, bytes calldata signature) external;

    /// @notice Replaces the address under which the organisation's node is reached.
    /// @dev SetEndpoint(bytes32 organisation,string endpoint,uint64 version), signed by the organisation.
    function setEndpoint(bytes32 organisation, string calldata endpoint, uint64 version, bytes calldata signature)
        external;

    /// @notice Reverts with UnknownMember.
    function member(bytes32 organisation) external view returns (Member memory);

    /// @notice Whether the organisation is a member, suspended or not.
    function isMember(bytes32 organisation) external view returns (bool);

    /// @notice Whether this request (keccak256(abi.encode(NewMember))) was made.
    function isRequested(bytes32 request) external view returns (bool);

    /// @notice The signing key and the digest of the key card that stood at this time (seconds), whatever the member's
    /// status; zero when there were none. Of several rotations in one block the last one stands.
    function signerAt(bytes32 organisation, uint64 time) external view returns (address signer, bytes32 keyCard);

    /// @notice Records the committee, which all its members signed. The first one has more than half of the active
    /// custodians. A later one keeps the id, because the key stays, has the next share epoch, and at least the
    /// threshold of the standing one signed it too: whoever could open all records passes the shares on, and nobody else.
    /// @dev AdoptCommittee(bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members).
    /// @param signatures One of each member, in their order; for a later committee then one place for each member of the
    /// standing one, in its order, empty for those who did not sign or who signed as a member of the new one.
    function adoptCommittee(bytes32 committee, Committee calldata content, bytes[] calldata signatures) external;

    /// @notice An empty one (threshold 0) when there is none with this id.
    function committee(bytes32 id) external view returns (Committee memory);

    /// @notice The block in which the consortium was created: no event of the ledger is older.
    function firstBlock() external view returns (uint256);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "./IMembers.sol";
import {ISignedIntents} from "./ISignedIntents.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice The member organisations and the committees that hold shares of the consortium's keys.
interface IConsortium is IMembers, ISignedIntents, IVersioned {
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

    event MemberAdmitted(
        bytes32 indexed organisation,
        uint8 kind,
        address signer,
        bytes32 keyCard,
        bool custodian,
        string name,
        string endpoint
    );
    event EndpointSet(bytes32 indexed organisation, string endpoint, uint64 version);
    event CommitteeAdopted(
        bytes32 indexed committee, bytes32 certificate, uint8 threshold, uint32 shareEpoch, bytes32[] members
    );

    /// @notice The kind of member is none of the eight.
    error BadKind(uint8 kind);
    /// @notice A member needs an id and a signer.
    error IncompleteMember(bytes32 organisation);
    /// @notice The organisation is a member already.
    error MemberExists(bytes32 organisation);
    /// @notice An endpoint is 1 to 256 bytes of visible ASCII, as URLs are.
    error BadEndpoint();
    /// @notice This committee is adopted with exactly this content.
    error AlreadyAdopted();
    /// @notice A committee stands, and it is another one or has another content.
    error CommitteeConflict();
    /// @notice The threshold is not between 2 and the number of members, or there are more than 255 members.
    error BadThreshold(uint8 threshold, uint256 members);
    /// @notice Not more than half of the consortium's custodians are in the committee.
    error TooFewCustodians(uint256 members, uint256 custodians);
    /// @notice The member does not hold shares.
    error NotCustodian(bytes32 organisation);
    /// @notice A member stands in the list twice.
    error DuplicateMember(bytes32 organisation);
    /// @notice There is not exactly one signature for each member.
    error SignatureCount(uint256 expected, uint256 given);

    /// @notice Replaces the address under which the organisation's node is reached.
    /// @dev SetEndpoint(bytes32 organisation,string endpoint,uint64 version), signed by the organisation.
    function setEndpoint(bytes32 organisation, string calldata endpoint, uint64 version, bytes calldata signature)
        external;

    /// @notice Records the consortium's committee, which all its members signed. It is the first and only one: changing
    /// custodians keeps the key and is another matter.
    /// @dev AdoptCommittee(bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members),
    /// one signature of each member, in their order.
    function adoptCommittee(bytes32 committee, Committee calldata content, bytes[] calldata signatures) external;

    /// @notice Reverts with UnknownMember.
    function member(bytes32 organisation) external view returns (Member memory);

    function isMember(bytes32 organisation) external view returns (bool);

    /// @notice An empty one (threshold 0) when there is none with this id.
    function committee(bytes32 id) external view returns (Committee memory);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Who may act for an organisation: all that the other contracts ask of the consortium.
interface IMembers {
    /// @notice The organisation is no member and never was.
    error UnknownMember(bytes32 organisation);
    /// @notice The member is suspended or removed.
    error MemberNotActive(bytes32 organisation);
    /// @notice The members paused this function; it goes on by itself at this time.
    error FunctionPaused(address target, bytes4 selector, uint64 until);

    /// @notice The key that signs the organisation's intents, whatever its status; zero for an unknown organisation.
    function signerOf(bytes32 organisation) external view returns (address);

    /// @notice The key with which a member may act now on a function of the calling contract. Reverts with
    /// UnknownMember, MemberNotActive or FunctionPaused.
    /// @dev A contract asks for every intent that an organisation signs, and for those alone: what a patient's key signs
    /// (consents, rotations of an owner) is not asked about, so that no quorum of members stops a patient.
    /// @param selector The function's selector.
    function authorise(bytes32 organisation, bytes4 selector) external view returns (address);

    /// @notice Whether this key signed for the organisation now or at any earlier time.
    function wasSigner(bytes32 organisation, address signer) external view returns (bool);

    /// @notice Whether the organisation is a member and neither suspended nor removed.
    function isActive(bytes32 organisation) external view returns (bool);

    /// @notice The standing committee: its threshold and its custodians. Zero and none before the first.
    /// @dev Some of them can be suspended or removed since, though fewer than would leave less than the threshold: who
    /// counts their signatures asks `isActive` or `authorise` for each.
    function custodians() external view returns (uint8 threshold, bytes32[] memory members);
}

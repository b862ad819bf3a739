// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Who may sign for an organisation: all that the other contracts ask of the consortium.
interface IMembers {
    /// @notice The organisation is no member.
    error UnknownMember(bytes32 organisation);

    /// @notice The key that signs the organisation's intents; zero for an unknown organisation.
    function signerOf(bytes32 organisation) external view returns (address);

    /// @notice The key with which a member may act now on a function of the calling contract. Reverts with UnknownMember.
    /// @param selector The function's selector.
    function authorise(bytes32 organisation, bytes4 selector) external view returns (address);

    /// @notice Whether this key signed for the organisation now or at any earlier time.
    function wasSigner(bytes32 organisation, address signer) external view returns (bool);

    /// @notice The standing committee: its threshold and its custodians. Zero and none before the first.
    function custodians() external view returns (uint8 threshold, bytes32[] memory members);
}

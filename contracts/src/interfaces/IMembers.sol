// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Who may sign for an organisation: all that the other contracts ask of the consortium.
interface IMembers {
    /// @notice The organisation is no member.
    error UnknownMember(bytes32 organisation);

    /// @notice The key that signs the organisation's intents; zero for an unknown organisation.
    function signerOf(bytes32 organisation) external view returns (address);
}

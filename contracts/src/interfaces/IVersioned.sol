// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Values that one signer replaces, one version after the other: 1, 2, 3, …
interface IVersioned {
    /// @notice The value is already this one at this version.
    error AlreadySet();
    /// @notice This version exists with another value.
    error VersionConflict(uint64 current);
    /// @notice The version is older than the current one.
    error VersionPast(uint64 current);
    /// @notice The version is not the one after the current one.
    error VersionGap(uint64 current);
}

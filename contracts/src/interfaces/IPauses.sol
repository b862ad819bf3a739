// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Functions that the members stopped in an emergency, each until a time. What asks `IMembers.authorise` can be
/// paused, and in this contract setEndpoint, requestJoin and adoptCommittee. Proposing and voting cannot, so that a pause
/// can always be lifted; a patient's consents and rotations cannot, because they ask nobody.
interface IPauses {
    event Paused(address indexed target, bytes4 indexed selector, uint64 until);
    event PauseLifted(address indexed target, bytes4 indexed selector);

    /// @notice Votes cannot be stopped.
    error NotPausable(bytes4 selector);
    /// @notice A pause ends after now, and no later than the parameter allows.
    error BadPause(uint64 until, uint64 latest);
    /// @notice There is no pause to lift.
    error NotPaused(address target, bytes4 selector);

    /// @notice When the function goes on by itself; zero when it is not paused.
    function pausedUntil(address target, bytes4 selector) external view returns (uint64);
}

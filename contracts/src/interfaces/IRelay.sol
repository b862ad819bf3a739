// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Carries many intents in one transaction. It holds no state and no privilege: whoever is called checks
/// signatures itself.
interface IRelay {
    struct Call {
        address target;
        bytes data;
    }

    /// @param reason What the call reverted with; empty when it succeeded.
    struct Result {
        bool ok;
        bytes reason;
    }

    /// @notice The call at this place of the list reverted; the others count. A call without this event succeeded.
    event CallFailed(uint256 index, bytes reason);

    /// @notice There is no contract at the target.
    error NoContract(address target);

    /// @notice Makes all calls in their order. A call that reverts does not stop the others.
    function relay(Call[] calldata calls) external returns (Result[] memory results);
}

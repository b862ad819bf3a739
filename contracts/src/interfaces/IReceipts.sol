// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";

/// @notice Anchored heads of the custodians' receipt logs: a log can grow, never shrink or fork.
interface IReceipts is IMemberIntents {
    /// @param size Number of entries.
    /// @param root RFC 6962 root over them.
    /// @param checkpoint SHA-256 of the signed checkpoint.
    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding.
    struct AnchorLogHead {
        bytes32 organisation;
        uint64 size;
        bytes32 root;
        bytes32 checkpoint;
    }

    event LogHeadAnchored(bytes32 indexed organisation, uint64 size, bytes32 root, bytes32 checkpoint);

    /// @notice This head (size and root) is the anchored one.
    error AlreadyAnchored();
    /// @notice Another root is anchored for this size.
    error LogFork(uint64 size);
    /// @notice A longer log is anchored, or the log is empty.
    error LogBehind(uint64 size);
    /// @notice The size is above 2^53 - 1, the largest integer that every client counts exactly.
    error LogTooLarge(uint64 size);

    /// @notice Anchors a head of the organisation's log.
    /// @dev AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint), signed by the organisation.
    function anchorHead(AnchorLogHead calldata intent, bytes calldata signature) external;

    /// @notice Size 0 and root 0 before the first.
    function head(bytes32 organisation) external view returns (uint64 size, bytes32 root);
}

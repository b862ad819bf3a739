// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";

/// @notice Anchored heads of the custodians' receipt logs: a log can grow, never shrink or fork. Who signs two heads that
/// no one log can have is exposed here by anyone.
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
    /// @notice The organisation signed two roots for one size of its log. They stand in ascending order.
    event LogForkProven(bytes32 indexed organisation, uint64 size, bytes32 lowerRoot, bytes32 higherRoot);

    /// @notice This head (size and root) is the anchored one.
    error AlreadyAnchored();
    /// @notice Another root is anchored for this size.
    error LogFork(uint64 size);
    /// @notice A longer log is anchored, or the log is empty.
    error LogBehind(uint64 size);
    /// @notice The size is above 2^53 - 1, the largest integer that every client counts exactly.
    error LogTooLarge(uint64 size);
    /// @notice The heads are of two logs, of two sizes, or have one root: they do not contradict each other.
    error NoFork();
    /// @notice These two roots are proven for this size.
    error AlreadyProven();

    /// @notice Anchors a head of the organisation's log.
    /// @dev AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint), signed by the organisation.
    function anchorHead(AnchorLogHead calldata intent, bytes calldata signature) external;

    /// @notice Records that the organisation signed two heads of one size with different roots. Anyone may call, and a
    /// former key of the organisation, or one of an organisation that left, proves as well as its present one.
    /// @dev Each signature as for `anchorHead`. One may be empty for the head that stands here: the ledger itself says that
    /// it is the organisation's, also when it was anchored by a transaction of its own, without a signature to show.
    function proveFork(
        AnchorLogHead calldata first,
        bytes calldata firstSignature,
        AnchorLogHead calldata second,
        bytes calldata secondSignature
    ) external;

    /// @notice Size 0 and root 0 before the first.
    function head(bytes32 organisation) external view returns (uint64 size, bytes32 root);

    /// @notice Whether a fork of the organisation's log was ever proven.
    function forked(bytes32 organisation) external view returns (bool);
}

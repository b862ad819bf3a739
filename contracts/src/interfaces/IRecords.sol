// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";

/// @notice Anchors of records: one Merkle root for each batch of an organisation.
interface IRecords is IMemberIntents {
    /// @param sequence 1, 2, 3, … for each organisation, without gaps.
    /// @param root RFC 6962 root over the batch's leaves; it fixes them and with them count and manifest.
    /// @param manifest SHA-256 of the batch's manifest.
    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding.
    struct AnchorBatch {
        bytes32 organisation;
        uint64 sequence;
        bytes32 root;
        uint32 count;
        bytes32 manifest;
    }

    event BatchAnchored(
        bytes32 indexed organisation, uint64 indexed sequence, bytes32 root, uint32 count, bytes32 manifest
    );

    /// @notice This batch is anchored with this root.
    error AlreadyAnchored();
    /// @notice Another batch is anchored under this number.
    error SequenceConflict(uint64 current);
    /// @notice The number is not the one after the organisation's last.
    error SequenceGap(uint64 current);
    /// @notice A batch has at least one record and a root.
    error EmptyBatch();

    /// @notice Anchors the organisation's next batch.
    /// @dev AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest), signed by
    /// the organisation.
    function anchor(AnchorBatch calldata intent, bytes calldata signature) external;

    /// @notice Number of the organisation's last batch; 0 before the first.
    function lastSequence(bytes32 organisation) external view returns (uint64);

    /// @notice Zero when there is no such batch.
    function root(bytes32 organisation, uint64 sequence) external view returns (bytes32);
}

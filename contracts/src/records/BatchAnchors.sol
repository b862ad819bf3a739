// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "../base/MemberIntents.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {Rfc6962} from "../lib/Rfc6962.sol";

/// @dev Batches, and proofs that a record is in one.
abstract contract BatchAnchors is IRecords, MemberIntents {
    bytes32 private constant ANCHOR_BATCH =
        keccak256("AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest)");

    /// @dev One slot a batch: the EIP-712 hash of its intent, which is computed anyway and binds all of it. There is no
    /// counter: a number is the next one when the slot before it is taken and its own is not.
    mapping(bytes32 organisation => mapping(uint256 sequence => bytes32 structHash)) private _batches;

    /// @inheritdoc IRecords
    function anchor(AnchorBatch calldata intent, bytes calldata signature) external {
        address organisationSigner = _signerOf(intent.organisation);
        if (intent.count == 0 || intent.root == 0) revert EmptyBatch();
        mapping(uint256 sequence => bytes32) storage batches = _batches[intent.organisation];
        bytes32 structHash = keccak256(abi.encode(ANCHOR_BATCH, intent));
        bytes32 standing = batches[intent.sequence];
        if (standing == structHash) revert AlreadyAnchored();
        if (standing != 0 || intent.sequence == 0) revert SequenceConflict(lastSequence(intent.organisation));
        if (intent.sequence != 1 && batches[intent.sequence - 1] == 0) {
            revert SequenceGap(lastSequence(intent.organisation));
        }
        _requireSigned(organisationSigner, structHash, signature);
        batches[intent.sequence] = structHash;
        emit BatchAnchored(intent.organisation, intent.sequence, intent.root, intent.count, intent.manifest);
    }

    /// @inheritdoc IRecords
    function isAnchored(AnchorBatch calldata batch) external view returns (bool) {
        return _batches[batch.organisation][batch.sequence] == keccak256(abi.encode(ANCHOR_BATCH, batch));
    }

    // A binary search: halves are rounded on purpose.
    // slither-disable-start divide-before-multiply
    /// @inheritdoc IRecords
    function lastSequence(bytes32 organisation) public view returns (uint64) {
        mapping(uint256 sequence => bytes32) storage batches = _batches[organisation];
        uint256 beyond = 1;
        while (batches[beyond] != 0) beyond *= 2;
        uint256 last = beyond / 2;
        while (beyond - last > 1) {
            uint256 middle = (last + beyond) / 2;
            if (batches[middle] != 0) last = middle;
            else beyond = middle;
        }
        return uint64(last);
    }
    // slither-disable-end divide-before-multiply

    /// @dev Reverts with UnknownBatch or NotIncluded unless the organisation anchored a leaf of its own with this record and
    /// label at the shown place.
    function _requireIncluded(bytes32 organisation, bytes32 record, bytes32 label, Inclusion calldata shown)
        internal
        view
    {
        bytes32 structHash = keccak256(
            abi.encode(ANCHOR_BATCH, organisation, shown.sequence, shown.root, shown.count, shown.manifest)
        );
        if (_batches[organisation][shown.sequence] != structHash) revert UnknownBatch();
        bytes32 leaf = Rfc6962.leafHash(abi.encode(record, label, organisation));
        if (!Rfc6962.includes(shown.root, shown.count, leaf, shown.index, shown.path)) revert NotIncluded();
    }
}

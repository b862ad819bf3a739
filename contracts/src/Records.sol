// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "./base/MemberIntents.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRecords} from "./interfaces/IRecords.sol";

contract Records is IRecords, MemberIntents {
    bytes32 private constant ANCHOR_BATCH =
        keccak256("AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest)");

    mapping(bytes32 organisation => uint64) private _lastSequence;
    mapping(bytes32 organisation => mapping(uint64 sequence => bytes32)) private _roots;

    constructor(IMembers consortium_) MemberIntents(consortium_) {}

    /// @inheritdoc IRecords
    function anchor(AnchorBatch calldata intent, bytes calldata signature) external {
        address organisationSigner = _signerOf(intent.organisation);
        if (intent.count == 0 || intent.root == 0) revert EmptyBatch();
        uint64 current = _lastSequence[intent.organisation];
        if (intent.sequence > current) {
            if (intent.sequence - current != 1) revert SequenceGap(current);
        } else {
            if (_roots[intent.organisation][intent.sequence] == intent.root) revert AlreadyAnchored();
            revert SequenceConflict(current);
        }
        _requireSigned(organisationSigner, keccak256(abi.encode(ANCHOR_BATCH, intent)), signature);
        _lastSequence[intent.organisation] = intent.sequence;
        _roots[intent.organisation][intent.sequence] = intent.root;
        emit BatchAnchored(intent.organisation, intent.sequence, intent.root, intent.count, intent.manifest);
    }

    /// @inheritdoc IRecords
    function lastSequence(bytes32 organisation) external view returns (uint64) {
        return _lastSequence[organisation];
    }

    /// @inheritdoc IRecords
    function root(bytes32 organisation, uint64 sequence) external view returns (bytes32) {
        return _roots[organisation][sequence];
    }
}

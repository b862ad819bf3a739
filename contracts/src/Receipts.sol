// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "./base/MemberIntents.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";

contract Receipts is IReceipts, MemberIntents {
    bytes32 private constant ANCHOR_LOG_HEAD =
        keccak256("AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint)");

    uint64 private constant LARGEST = 2 ** 53 - 1;

    struct Head {
        uint64 size;
        bytes32 root;
    }

    mapping(bytes32 organisation => Head) private _heads;

    constructor(IMembers consortium_) MemberIntents(consortium_) {}

    /// @inheritdoc IReceipts
    function anchorHead(AnchorLogHead calldata intent, bytes calldata signature) external {
        address organisationSigner = _signerOf(intent.organisation);
        Head storage standing = _heads[intent.organisation];
        uint64 current = standing.size;
        if (intent.size <= current) {
            if (intent.size < current || current == 0) revert LogBehind(current);
            if (standing.root != intent.root) revert LogFork(current);
            revert AlreadyAnchored();
        }
        if (intent.size > LARGEST) revert LogTooLarge(intent.size);
        _requireSigned(organisationSigner, keccak256(abi.encode(ANCHOR_LOG_HEAD, intent)), signature);
        standing.size = intent.size;
        standing.root = intent.root;
        emit LogHeadAnchored(intent.organisation, intent.size, intent.root, intent.checkpoint);
    }

    /// @inheritdoc IReceipts
    function head(bytes32 organisation) external view returns (uint64 size, bytes32 root) {
        Head storage standing = _heads[organisation];
        return (standing.size, standing.root);
    }
}

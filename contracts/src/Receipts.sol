// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "./base/MemberIntents.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {Signature} from "./lib/Signature.sol";
import {keccakWords} from "./lib/keccakWords.sol";

contract Receipts is IReceipts, MemberIntents {
    bytes32 private constant ANCHOR_LOG_HEAD =
        keccak256("AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint)");

    uint64 private constant LARGEST = 2 ** 53 - 1;

    struct Head {
        uint64 size;
        bytes32 root;
    }

    mapping(bytes32 organisation => Head) private _heads;
    mapping(bytes32 organisation => bool) private _forked;
    /// @dev By organisation, size and the two roots in ascending order.
    mapping(bytes32 fork => bool) private _proven;

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
    function proveFork(
        AnchorLogHead calldata first,
        bytes calldata firstSignature,
        AnchorLogHead calldata second,
        bytes calldata secondSignature
    ) external {
        if (first.organisation != second.organisation || first.size != second.size || first.root == second.root) {
            revert NoFork();
        }
        (bytes32 lower, bytes32 higher) =
            first.root < second.root ? (first.root, second.root) : (second.root, first.root);
        bytes32 fork = keccakWords(first.organisation, bytes32(uint256(first.size)), lower, higher);
        if (_proven[fork]) revert AlreadyProven();
        _requireOwnHead(first, firstSignature);
        _requireOwnHead(second, secondSignature);
        _proven[fork] = true;
        _forked[first.organisation] = true;
        emit LogForkProven(first.organisation, first.size, lower, higher);
    }

    /// @inheritdoc IReceipts
    function head(bytes32 organisation) external view returns (uint64 size, bytes32 root) {
        Head storage standing = _heads[organisation];
        return (standing.size, standing.root);
    }

    /// @inheritdoc IReceipts
    function forked(bytes32 organisation) external view returns (bool) {
        return _forked[organisation];
    }

    /// @dev Reverts with BadSignature unless the organisation signed the head, or this is the head that stands.
    function _requireOwnHead(AnchorLogHead calldata shown, bytes calldata signature) private view {
        if (signature.length == 0) {
            Head storage standing = _heads[shown.organisation];
            if (shown.size == 0 || standing.size != shown.size || standing.root != shown.root) revert BadSignature();
            return;
        }
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ANCHOR_LOG_HEAD, shown)));
        address signer = Signature.signerOf(digest, signature);
        if (signer == address(0) || !_consortium().wasSigner(shown.organisation, signer)) revert BadSignature();
    }
}

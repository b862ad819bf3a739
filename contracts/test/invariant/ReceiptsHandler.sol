// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "../../src/Consortium.sol";
import {Receipts} from "../../src/Receipts.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {Handler} from "./Handler.sol";

/// @dev Two organisations; each signs for itself and, in vain, for the other.
contract ReceiptsHandler is Handler {
    mapping(bytes32 organisation => uint64) public largest;
    mapping(bytes32 organisation => bytes32) public rootOfLargest;
    mapping(bytes32 organisation => bool) public signedTwoRoots;
    bool public shrank;
    bool public foreignKeyCounted;
    bool public forkWithoutTwoSignatures;

    function setUp() public override {
        consortium = new Consortium(_genesis(), _parameters());
        receipts = new Receipts(consortium);
    }

    function ledger() external view returns (Receipts) {
        return receipts;
    }

    function anchorHead(bool south, bool signedBySouth, uint8 size, uint8 root, bool byCall) external {
        IReceipts.AnchorLogHead memory head = _head(south, size, root);
        uint256 key = _key(signedBySouth);
        bytes memory signature = byCall ? bytes("") : _signHead(key, head);
        bytes memory data = abi.encodeCall(IReceipts.anchorHead, (head, signature));
        if (!_send(byCall ? vm.addr(key) : address(this), address(receipts), data)) return;
        if (south != signedBySouth) foreignKeyCounted = true;
        if (head.size <= largest[head.organisation]) shrank = true;
        largest[head.organisation] = head.size;
        rootOfLargest[head.organisation] = head.root;
    }

    function proveFork(bool south, bool[2] calldata signedBySouth, uint8[2] calldata sizes, uint8[2] calldata roots)
        external
    {
        IReceipts.AnchorLogHead memory a = _head(south, sizes[0], roots[0]);
        IReceipts.AnchorLogHead memory b = _head(south, sizes[1], roots[1]);
        bytes memory signedA = _signHead(_key(signedBySouth[0]), a);
        bytes memory signedB = _signHead(_key(signedBySouth[1]), b);
        bytes memory data = abi.encodeCall(IReceipts.proveFork, (a, signedA, b, signedB));
        if (!_send(address(0xDEAD), address(receipts), data)) return;
        bool right = signedBySouth[0] == south && signedBySouth[1] == south && a.size == b.size && a.root != b.root;
        if (!right) forkWithoutTwoSignatures = true;
        signedTwoRoots[a.organisation] = true;
    }

    function _observed() internal view override returns (bytes32) {
        (uint64 size, bytes32 root) = receipts.head(NORTH);
        (uint64 otherSize, bytes32 otherRoot) = receipts.head(SOUTH);
        return keccak256(abi.encode(size, root, otherSize, otherRoot, receipts.forked(NORTH), receipts.forked(SOUTH)));
    }

    function _head(bool south, uint8 size, uint8 root) private pure returns (IReceipts.AnchorLogHead memory) {
        return IReceipts.AnchorLogHead(
            south ? SOUTH : NORTH, uint64(size % 32), keccak256(abi.encode(root % 3)), keccak256("checkpoint")
        );
    }

    function _key(bool south) private pure returns (uint256) {
        return south ? SOUTH_KEY : NORTH_KEY;
    }
}

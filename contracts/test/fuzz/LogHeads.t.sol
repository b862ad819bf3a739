// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Intents} from "../support/Intents.sol";

contract LogHeadsFuzz is Intents {
    function testFuzz_logsOnlyGrow(uint64 first, uint64 second, bytes32 root) public {
        first = first % (2 ** 53 - 1) + 1;
        IReceipts.AnchorLogHead memory a = IReceipts.AnchorLogHead(NORTH, first, keccak256("a"), 0);
        receipts.anchorHead(a, _signHead(NORTH_KEY, a));
        IReceipts.AnchorLogHead memory b = IReceipts.AnchorLogHead(NORTH, second, root, 0);
        bytes memory signature = _signHead(NORTH_KEY, b);
        if (second < first) _expectError(IReceipts.LogBehind.selector, first);
        else if (second == first && root == a.root) _expectError(IReceipts.AlreadyAnchored.selector);
        else if (second == first) _expectError(IReceipts.LogFork.selector, first);
        else if (second >= 2 ** 53) _expectError(IReceipts.LogTooLarge.selector, second);
        receipts.anchorHead(b, signature);
        (uint64 size,) = receipts.head(NORTH);
        _true(size >= first);
    }

    function testFuzz_anyTwoSignedRootsAreAFork(uint64 size, bytes32 one, bytes32 other, bytes32 checkpoint) public {
        cheats.assume(one != other);
        IReceipts.AnchorLogHead memory a = IReceipts.AnchorLogHead(LAB, size, one, checkpoint);
        IReceipts.AnchorLogHead memory b = IReceipts.AnchorLogHead(LAB, size, other, 0);
        receipts.proveFork(a, _signHead(LAB_KEY, a), b, _signHead(LAB_KEY, b));
        _true(receipts.forked(LAB));
    }

    function testFuzz_nobodyElsesSignaturesAreAFork(uint256 key, bytes32 one, bytes32 other) public {
        cheats.assume(one != other);
        key = key % (ORDER - 1) + 1;
        cheats.assume(key != LAB_KEY);
        IReceipts.AnchorLogHead memory a = IReceipts.AnchorLogHead(LAB, 7, one, 0);
        IReceipts.AnchorLogHead memory b = IReceipts.AnchorLogHead(LAB, 7, other, 0);
        bytes memory signedA = _signHead(LAB_KEY, a);
        bytes memory signedB = _signHead(key, b);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, signedA, b, signedB);
    }
}

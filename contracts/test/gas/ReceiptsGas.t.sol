// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {Intents} from "../support/Intents.sol";

/// forge-config: default.isolate = true
contract ReceiptsGas is Intents {
    function _head(uint64 size, bytes32 root) private pure returns (IReceipts.AnchorLogHead memory) {
        return IReceipts.AnchorLogHead(NORTH, size, root, keccak256("checkpoint"));
    }

    function test_anchorHead() public {
        IReceipts.AnchorLogHead memory first = _head(1000, keccak256("first"));
        bytes memory signature = _signHead(NORTH_KEY, first);
        receipts.anchorHead(first, signature);
        cheats.snapshotGasLastCall("Receipts", "anchor first head, signed");
        IReceipts.AnchorLogHead memory second = _head(2000, keccak256("second"));
        signature = _signHead(NORTH_KEY, second);
        receipts.anchorHead(second, signature);
        cheats.snapshotGasLastCall("Receipts", "anchor head, signed");
        vm.prank(vm.addr(NORTH_KEY));
        receipts.anchorHead(_head(3000, keccak256("third")), "");
        cheats.snapshotGasLastCall("Receipts", "anchor head, direct");
    }

    function test_proveFork() public {
        IReceipts.AnchorLogHead memory a = _head(1000, keccak256("a"));
        IReceipts.AnchorLogHead memory b = _head(1000, keccak256("b"));
        bytes memory signedA = _signHead(NORTH_KEY, a);
        bytes memory signedB = _signHead(NORTH_KEY, b);
        receipts.proveFork(a, signedA, b, signedB);
        cheats.snapshotGasLastCall("Receipts", "prove fork");
    }
}

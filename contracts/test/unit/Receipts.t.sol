// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

contract ReceiptsTest is LedgerTest {
    event LogHeadAnchored(bytes32 indexed organisation, uint64 size, bytes32 root, bytes32 checkpoint);

    function _head(uint64 size) private pure returns (IReceipts.AnchorLogHead memory) {
        return IReceipts.AnchorLogHead(NORTH, size, keccak256(abi.encode("root", size)), keccak256("checkpoint"));
    }

    function _signHead(uint256 key, IReceipts.AnchorLogHead memory h) private returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint)"),
                h.organisation,
                h.size,
                h.root,
                h.checkpoint
            )
        );
        return _sign(key, address(receipts), structHash);
    }

    function test_aLogGrowsAndNeitherShrinksNorForks() public {
        IReceipts.AnchorLogHead memory h = _head(4);
        bytes memory signature = _signHead(NORTH_KEY, h);
        vm.expectEmit(true, false, false, true);
        emit LogHeadAnchored(NORTH, 4, h.root, h.checkpoint);
        receipts.anchorHead(h, signature);
        _expectError(IReceipts.AlreadyAnchored.selector);
        receipts.anchorHead(h, signature);

        receipts.anchorHead(_head(9), _signHead(NORTH_KEY, _head(9)));
        (uint64 size, bytes32 root) = receipts.head(NORTH);
        _equal(size, 9);
        _equal(root, _head(9).root);
        _expectError(IReceipts.LogBehind.selector, 9);
        receipts.anchorHead(h, signature);

        h = _head(9);
        h.root = keccak256("fork");
        signature = _signHead(NORTH_KEY, h);
        _expectError(IReceipts.LogFork.selector, 9);
        receipts.anchorHead(h, signature);
    }

    function test_refusals() public {
        IReceipts.AnchorLogHead memory h = _head(0);
        bytes memory signature = _signHead(NORTH_KEY, h);
        _expectError(IReceipts.LogBehind.selector, uint256(0));
        receipts.anchorHead(h, signature);

        h = _head(2 ** 53);
        signature = _signHead(NORTH_KEY, h);
        _expectError(IReceipts.LogTooLarge.selector, 2 ** 53);
        receipts.anchorHead(h, signature);

        h = _head(1);
        signature = _signHead(LAB_KEY, h);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.anchorHead(h, signature);

        h.organisation = NOBODY;
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        receipts.anchorHead(h, signature);
    }
}

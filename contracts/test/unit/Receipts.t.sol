// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Intents} from "../support/Intents.sol";

contract ReceiptsTest is Intents {
    event LogHeadAnchored(bytes32 indexed organisation, uint64 size, bytes32 root, bytes32 checkpoint);
    event LogForkProven(bytes32 indexed organisation, uint64 size, bytes32 lowerRoot, bytes32 higherRoot);

    function _head(uint64 size) private pure returns (IReceipts.AnchorLogHead memory) {
        return IReceipts.AnchorLogHead(NORTH, size, keccak256(abi.encode("root", size)), keccak256("checkpoint"));
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

    /// @dev Two heads of one size; the first has the lower root.
    function _forkedHeads() private pure returns (IReceipts.AnchorLogHead memory, IReceipts.AnchorLogHead memory) {
        return (
            IReceipts.AnchorLogHead(NORTH, 7, bytes32(uint256(1)), keccak256("one checkpoint")),
            IReceipts.AnchorLogHead(NORTH, 7, bytes32(uint256(2)), keccak256("another checkpoint"))
        );
    }

    function test_anyoneProvesAForkOnce() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        bytes memory signedA = _signHead(NORTH_KEY, a);
        bytes memory signedB = _signHead(NORTH_KEY, b);
        _true(!receipts.forked(NORTH));
        vm.expectEmit(true, false, false, true);
        emit LogForkProven(NORTH, 7, a.root, b.root);
        vm.prank(address(0xDEAD));
        receipts.proveFork(b, signedB, a, signedA);
        _true(receipts.forked(NORTH));
        _true(!receipts.forked(SOUTH));
        _expectError(IReceipts.AlreadyProven.selector);
        receipts.proveFork(a, signedA, b, signedB);
        _expectError(IReceipts.AlreadyProven.selector);
        receipts.proveFork(b, signedB, a, signedA);

        a.root = bytes32(uint256(3));
        signedA = _signHead(NORTH_KEY, a);
        vm.expectEmit(true, false, false, true);
        emit LogForkProven(NORTH, 7, b.root, a.root);
        receipts.proveFork(a, signedA, b, signedB);
    }

    function test_theStandingHeadNeedsNoSignature() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        bytes memory signedB = _signHead(NORTH_KEY, b);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, "", b, signedB);
        vm.prank(vm.addr(NORTH_KEY));
        receipts.anchorHead(a, "");
        IReceipts.AnchorLogHead memory other = a;
        receipts.proveFork(other, "", b, signedB);
        _true(receipts.forked(NORTH));
        _expectError(IReceipts.AlreadyProven.selector);
        receipts.proveFork(a, "", b, signedB);
    }

    function test_onlyTheStandingHeadNeedsNoSignature() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        vm.prank(vm.addr(NORTH_KEY));
        receipts.anchorHead(a, "");
        IReceipts.AnchorLogHead memory c = IReceipts.AnchorLogHead(NORTH, 7, bytes32(uint256(9)), 0);
        bytes memory signedB = _signHead(NORTH_KEY, b);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(c, "", b, signedB);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, "", b, "");
        // The size 0 of a log without a head is no head.
        a = IReceipts.AnchorLogHead(SOUTH, 0, 0, 0);
        b = IReceipts.AnchorLogHead(SOUTH, 0, bytes32(uint256(1)), 0);
        signedB = _signHead(SOUTH_KEY, b);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, "", b, signedB);
    }

    function test_noForkWithoutAContradiction() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        for (uint256 i = 0; i < 3; i++) {
            (a, b) = _forkedHeads();
            if (i == 0) b.organisation = SOUTH;
            else if (i == 1) b.size = 8;
            else b.root = a.root;
            bytes memory signedA = _signHead(NORTH_KEY, a);
            bytes memory signedB = _signHead(b.organisation == NORTH ? NORTH_KEY : SOUTH_KEY, b);
            _expectError(IReceipts.NoFork.selector);
            receipts.proveFork(a, signedA, b, signedB);
        }
    }

    function test_onlyTheOrganisationsSignaturesProve() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        bytes memory signedA = _signHead(NORTH_KEY, a);
        bytes memory signedB = _signHead(SOUTH_KEY, b);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, signedA, b, signedB);
        // One form of each signature: bytes behind it make it none.
        signedB = bytes.concat(_signHead(NORTH_KEY, b), hex"00");
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, signedA, b, signedB);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(b, signedB, a, signedA);
        signedB = _malleate(_signHead(NORTH_KEY, b));
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, signedA, b, signedB);
        _expectError(ISignedIntents.BadSignature.selector);
        receipts.proveFork(a, signedA, b, hex"01");
    }

    /// @dev A key that the organisation has given up, and an organisation that may no longer act.
    function test_formerKeysProveToo() public {
        (IReceipts.AnchorLogHead memory a, IReceipts.AnchorLogHead memory b) = _forkedHeads();
        address former = vm.addr(0xF0);
        vm.mockCall(address(consortium), abi.encodeCall(IMembers.wasSigner, (NORTH, former)), abi.encode(true));
        bytes memory signedA = _signHead(0xF0, a);
        bytes memory signedB = _signHead(NORTH_KEY, b);
        receipts.proveFork(a, signedA, b, signedB);
        _true(receipts.forked(NORTH));
    }
}

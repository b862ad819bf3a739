// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Receipts} from "../../src/Receipts.sol";
import {Invariants} from "./Invariants.sol";
import {ReceiptsHandler} from "./ReceiptsHandler.sol";

contract ReceiptsInvariants is Invariants {
    ReceiptsHandler private _handler;
    Receipts private _ledger;

    function setUp() public override {
        _handler = new ReceiptsHandler();
        _handler.setUp();
        _ledger = _handler.ledger();
        _target(address(_handler));
        _action(ReceiptsHandler.anchorHead.selector);
        _action(ReceiptsHandler.proveFork.selector);
        _action(_handler.replay.selector);
    }

    function invariant_logsOnlyGrow() public view {
        _true(!_handler.shrank());
        _requireHead(NORTH);
        _requireHead(SOUTH);
    }

    function invariant_onlyTheOrganisationAnchorsItsLog() public view {
        _true(!_handler.foreignKeyCounted());
    }

    function invariant_onlyTwoSignedRootsAreAFork() public view {
        _true(!_handler.forkWithoutTwoSignatures());
        _true(_ledger.forked(NORTH) == _handler.signedTwoRoots(NORTH));
        _true(_ledger.forked(SOUTH) == _handler.signedTwoRoots(SOUTH));
    }

    function invariant_aReplayChangesNothing() public view {
        _true(!_handler.replayChangedSomething());
    }

    function _requireHead(bytes32 organisation) private view {
        (uint64 size, bytes32 root) = _ledger.head(organisation);
        _equal(size, _handler.largest(organisation));
        _equal(root, _handler.rootOfLargest(organisation));
    }
}

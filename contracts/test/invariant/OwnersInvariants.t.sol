// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Owners} from "../../src/Owners.sol";
import {Invariants} from "./Invariants.sol";
import {OwnersHandler} from "./OwnersHandler.sol";

contract OwnersInvariants is Invariants {
    OwnersHandler private _handler;
    Owners private _ledger;

    function setUp() public override {
        _handler = new OwnersHandler();
        _handler.setUp();
        _ledger = _handler.ledger();
        _target(address(_handler));
        _action(OwnersHandler.rotate.selector);
        _action(_handler.replay.selector);
    }

    function invariant_onlyTheNextKeyRotatesAndInOrder() public view {
        _true(!_handler.wrongKeyRotated());
    }

    function invariant_theLastRotationStands() public view {
        (address owner, bytes32 nextOwner, uint64 generation) = _ledger.ownerOf(_handler.segment());
        _equal(owner, _handler.owner());
        _equal(nextOwner, _handler.nextOwner());
        _equal(generation, _handler.generation());
    }

    function invariant_aReplayChangesNothing() public view {
        _true(!_handler.replayChangedSomething());
    }
}

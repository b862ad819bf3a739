// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consents} from "../../src/Consents.sol";
import {IConsents} from "../../src/interfaces/IConsents.sol";
import {ConsentsHandler} from "./ConsentsHandler.sol";
import {Invariants} from "./Invariants.sol";

contract ConsentsInvariants is Invariants {
    ConsentsHandler private _handler;
    Consents private _ledger;

    function setUp() public override {
        _handler = new ConsentsHandler();
        _handler.setUp();
        _ledger = _handler.ledger();
        _target(address(_handler));
        _action(ConsentsHandler.register.selector);
        _action(ConsentsHandler.registerOwn.selector);
        _action(ConsentsHandler.registerMany.selector);
        _action(ConsentsHandler.registerManyOwn.selector);
        _action(ConsentsHandler.revoke.selector);
        _action(ConsentsHandler.revokeByCall.selector);
        _action(ConsentsHandler.revokeMany.selector);
        _action(ConsentsHandler.revokeManyOwn.selector);
        _action(ConsentsHandler.wait.selector);
        _action(_handler.replay.selector);
    }

    function invariant_noConsentWithoutItsRevokersSignature() public {
        bytes32[] memory ids = _handler.ids();
        for (uint256 i = 0; i < ids.length; i++) {
            _true((_ledger.status(ids[i]) != IConsents.Status.None) == (_handler.registeredAt(ids[i]) != 0));
        }
    }

    function invariant_onlyTheRevokerRevokes() public {
        bytes32[] memory ids = _handler.ids();
        for (uint256 i = 0; i < ids.length; i++) {
            if (_ledger.status(ids[i]) == IConsents.Status.Revoked) _true(_handler.revokedAt(ids[i]) != 0);
        }
    }

    function invariant_revokedStaysRevoked() public {
        bytes32[] memory ids = _handler.ids();
        for (uint256 i = 0; i < ids.length; i++) {
            if (_handler.revokedAt(ids[i]) != 0) _true(_ledger.status(ids[i]) == IConsents.Status.Revoked);
        }
    }

    function invariant_thePastStaysAsItWas() public {
        bytes32[] memory ids = _handler.ids();
        for (uint256 i = 0; i < ids.length; i++) {
            uint64 registered = uint64(_handler.registeredAt(ids[i]));
            uint64 revoked = uint64(_handler.revokedAt(ids[i]));
            if (registered == 0) continue;
            _true(_ledger.statusAt(ids[i], registered - 1) == IConsents.Status.None);
            if (revoked != registered) _true(_ledger.statusAt(ids[i], registered) == IConsents.Status.Registered);
            if (revoked != 0) _true(_ledger.statusAt(ids[i], revoked) == IConsents.Status.Revoked);
            if (revoked > registered) _true(_ledger.statusAt(ids[i], revoked - 1) == IConsents.Status.Registered);
        }
    }

    function invariant_aReplayChangesNothing() public view {
        _true(!_handler.replayChangedSomething());
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Intents} from "../support/Intents.sol";

/// @dev What patients, members and attackers can do to a contract, in any order; values come from small sets, so that the
/// same thing is met often. Everything that was accepted can come again, at any time and from anyone.
abstract contract Handler is Intents {
    bool public replayChangedSomething;
    uint256 public replays;

    struct Sent {
        address target;
        address sender;
        bytes data;
    }

    Sent[] private _sent;

    /// @dev What a replay might change, as one digest.
    function _observed() internal virtual returns (bytes32);

    function replay(uint256 which) external {
        if (_sent.length == 0) return;
        Sent memory again = _sent[which % _sent.length];
        bytes32 before = _observed();
        vm.prank(again.sender);
        // A list succeeds with all its items refused, everything else reverts.
        (bool ok,) = again.target.call(again.data);
        if (ok) replays++;
        if (_observed() != before) replayChangedSomething = true;
    }

    function _send(address sender, address target, bytes memory data) internal returns (bool ok) {
        vm.prank(sender);
        (ok,) = target.call(data);
        if (ok) _sent.push(Sent(target, sender, data));
    }

    /// @dev A list of which an item was refused may come again and take effect: that intent was never accepted.
    function _sendList(address sender, address target, bytes memory data) internal {
        vm.prank(sender);
        (bool ok, bytes memory answer) = target.call(data);
        _true(ok);
        bytes4[] memory reasons = abi.decode(answer, (bytes4[]));
        for (uint256 i = 0; i < reasons.length; i++) {
            if (reasons[i] != 0) return;
        }
        _sent.push(Sent(target, sender, data));
    }
}

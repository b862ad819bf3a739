// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerTest} from "../support/LedgerTest.sol";

/// @dev Directs forge to a handler's actions alone.
abstract contract Invariants is LedgerTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address private _handler;
    bytes4[] private _actions;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = _handler;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(_handler, _actions);
    }

    function _target(address handler) internal {
        _handler = handler;
    }

    function _action(bytes4 selector) internal {
        _actions.push(selector);
    }
}

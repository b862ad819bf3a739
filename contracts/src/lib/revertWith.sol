// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Reverts with an error without arguments that is only known by its selector; zero is none, and passes.
function revertWith(bytes4 selector) pure {
    if (selector == 0) return;
    assembly ("memory-safe") {
        mstore(0, selector)
        revert(0, 4)
    }
}

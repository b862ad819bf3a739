// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev A broken rule as the revert data of its error; empty when none is broken. So one check serves both the call that
/// has to revert and the vote that must not: it closes the proposal and records why.
library Problem {
    function raise(bytes memory problem) internal pure {
        if (problem.length == 0) return;
        assembly ("memory-safe") {
            revert(add(problem, 0x20), mload(problem))
        }
    }
}

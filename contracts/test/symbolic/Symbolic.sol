// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

/// @dev Cheat codes of halmos.
interface Svm {
    function createCalldata(string calldata contractName) external pure returns (bytes memory data);
    function createAddress(string calldata name) external pure returns (address);
    function createUint(uint256 bits, string calldata name) external pure returns (uint256);
    function enableSymbolicStorage(address account) external;
}

/// @dev Proofs that halmos runs (`npm run test:audit`; forge only compiles them). Each is one step of an induction: storage
/// holds anything at all, any account calls any function that writes, with any arguments and at any time that a slot of 40
/// bits holds (until the year 36812), and what has to hold between before and after holds.
/// Bounds: lists have one item and signatures 0 or 65 bytes (docs/contracts.md). No signature check is left out:
/// `ecrecover` gives any answer, the same for the same input.
abstract contract Symbolic {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    Svm internal constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));

    /// @dev Whether the call went through does not matter to what has to hold after it.
    function _anyCall(address target, bytes memory data) internal {
        uint256 time = svm.createUint(40, "time");
        vm.assume(time > 0);
        vm.warp(time);
        vm.prank(svm.createAddress("caller"));
        (bool done,) = target.call(data);
        done;
    }
}

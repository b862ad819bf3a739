// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev keccak256(abi.encode(a, b)), in memory that is given back: in a loop, what abi.encode takes grows ever dearer.
function keccakWords(bytes32 a, bytes32 b) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, a)
        mstore(add(free, 0x20), b)
        hash := keccak256(free, 0x40)
    }
}

/// @dev keccak256(abi.encode(a, b, c)).
function keccakWords(bytes32 a, bytes32 b, bytes32 c) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, a)
        mstore(add(free, 0x20), b)
        mstore(add(free, 0x40), c)
        hash := keccak256(free, 0x60)
    }
}

/// @dev keccak256(abi.encode(a, b, c, d)).
function keccakWords(bytes32 a, bytes32 b, bytes32 c, bytes32 d) pure returns (bytes32 hash) {
    assembly ("memory-safe") {
        let free := mload(0x40)
        mstore(free, a)
        mstore(add(free, 0x20), b)
        mstore(add(free, 0x40), c)
        mstore(add(free, 0x60), d)
        hash := keccak256(free, 0x80)
    }
}

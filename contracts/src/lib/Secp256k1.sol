// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {keccakWords} from "./keccakWords.sol";

/// @dev Public keys of secp256k1 (SEC 2, 2.4.1) by their coordinates.
library Secp256k1 {
    uint256 private constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;

    /// @dev Whether the coordinates are reduced and on the curve y² = x³ + 7. Without this check a compressed key would
    /// have many pairs of coordinates, and an address that one of them hashes to could be searched for.
    function isPoint(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 7, P);
    }

    /// @dev 33 bytes (SEC 1, 2.3.3).
    function compress(uint256 x, uint256 y) internal pure returns (bytes memory) {
        return abi.encodePacked(y & 1 == 0 ? bytes1(0x02) : bytes1(0x03), x);
    }

    function addressOf(uint256 x, uint256 y) internal pure returns (address) {
        return address(uint160(uint256(keccakWords(bytes32(x), bytes32(y)))));
    }
}

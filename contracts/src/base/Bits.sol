// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

library Bits {
    /// @dev Number of ones: sums of 2, 4, 8 and 16 neighbouring bits, then of all lanes of 16 (one of 8 could not hold 256).
    function count(uint256 x) internal pure returns (uint256) {
        unchecked {
            x -= (x >> 1) & (type(uint256).max / 3);
            x = (x & (type(uint256).max / 5)) + ((x >> 2) & (type(uint256).max / 5));
            x = (x + (x >> 4)) & (type(uint256).max / 17);
            x = (x + (x >> 8)) & (type(uint256).max / 257);
            // No rounding: the division is of constants and has no remainder.
            // slither-disable-next-line divide-before-multiply
            return (x * (type(uint256).max / 65_535)) >> 240;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Place of the first such item; the list's length when there is none.
function placeIn(bytes32[] memory list, bytes32 item) pure returns (uint256 place) {
    while (place < list.length && list[place] != item) place++;
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev A consent in one word: revoker (20 bytes), seconds of registration (5) and of revocation (5; 0: in force). There is
/// no status beside the times that could contradict them. Packed by hand, because the compiler reads a slot again for each
/// member of a struct that it writes.
type ConsentSlot is uint256;

using {revoker, registeredAt, revokedAt, revokedNow} for ConsentSlot global;

ConsentSlot constant NO_CONSENT = ConsentSlot.wrap(0);

function registeredNow(address by) view returns (ConsentSlot) {
    return ConsentSlot.wrap((uint256(uint160(by)) << 80) | (uint256(uint40(block.timestamp)) << 40));
}

function revokedNow(ConsentSlot consent) view returns (ConsentSlot) {
    return ConsentSlot.wrap(ConsentSlot.unwrap(consent) | uint40(block.timestamp));
}

/// @dev Zero when there is no consent: nobody registers for the zero address.
function revoker(ConsentSlot consent) pure returns (address) {
    return address(uint160(ConsentSlot.unwrap(consent) >> 80));
}

function registeredAt(ConsentSlot consent) pure returns (uint40) {
    return uint40(ConsentSlot.unwrap(consent) >> 40);
}

function revokedAt(ConsentSlot consent) pure returns (uint40) {
    return uint40(ConsentSlot.unwrap(consent));
}

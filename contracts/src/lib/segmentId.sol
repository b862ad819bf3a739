// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev SHA-256("anamnesis/segment-id/1" ‖ owner ‖ next owner's digest ‖ kind commitment), see docs/formats.md.
function segmentId(address owner, bytes32 nextOwner, bytes32 kind) pure returns (bytes32) {
    return sha256(abi.encodePacked("anamnesis/segment-id/1", owner, nextOwner, kind));
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISignedIntents} from "./ISignedIntents.sol";

/// @notice Who owns a segment after rotations. Each owner has committed to the digest of the next owner's public key;
/// whoever shows that key names the new owner and the next digest, once and in order. So a lost or stolen key is replaced
/// by one that its thief never had. A segment that was never rotated is unknown here.
/// @dev Depends on no other contract: nobody admits, pauses or undoes a rotation.
interface IOwners is ISignedIntents {
    /// @param generation Rotations of the segment with this one: 1, 2, 3, …
    /// @param newNextOwner Digest of the key that rotates next.
    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding.
    struct RotateOwner {
        bytes32 segment;
        uint64 generation;
        address newOwner;
        bytes32 newNextOwner;
    }

    /// @notice What the segment id is the digest of: SHA-256("anamnesis/segment-id/1" ‖ owner ‖ nextOwner ‖ kind).
    /// @param kind The salted commitment to the segment's kind, not the kind.
    struct Opening {
        address owner;
        bytes32 nextOwner;
        bytes32 kind;
    }

    /// @notice The key behind a digest SHA-256("anamnesis/next-owner/1" ‖ compressed key), as a point of secp256k1.
    struct PublicKey {
        uint256 x;
        uint256 y;
    }

    event OwnerRotated(bytes32 indexed segment, uint64 generation, address newOwner, bytes32 newNextOwner);

    /// @notice This rotation is the segment's last one.
    error AlreadyRotated();
    /// @notice The segment's last rotation has this generation and names others.
    error RotationConflict(uint64 current);
    /// @notice The segment has a later rotation.
    error RotationPast(uint64 current);
    /// @notice The generation is not the one after the segment's last.
    error RotationGap(uint64 current);
    /// @notice The first rotation comes with the segment id's opening, and no later one does.
    error OpeningMisplaced(uint64 current);
    /// @notice The segment id is not the digest of this opening.
    error WrongOpening();
    /// @notice The standing next digest is not that of this key.
    error WrongNextKey();
    /// @notice A rotation names a new owner and a next digest.
    error IncompleteRotation();

    /// @notice A segment's first rotation.
    /// @dev RotateOwner(bytes32 segment,uint64 generation,address newOwner,bytes32 newNextOwner), signed by `key`.
    function rotateFirst(
        RotateOwner calldata intent,
        PublicKey calldata key,
        Opening calldata opening,
        bytes calldata signature
    ) external;

    /// @notice Any later rotation.
    /// @dev As for `rotateFirst`.
    function rotate(RotateOwner calldata intent, PublicKey calldata key, bytes calldata signature) external;

    /// @notice All zero for a segment that was never rotated: its first owner stands in its opening.
    function ownerOf(bytes32 segment) external view returns (address owner, bytes32 nextOwner, uint64 generation);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignedIntents} from "./base/SignedIntents.sol";
import {IOwners} from "./interfaces/IOwners.sol";
import {Secp256k1} from "./lib/Secp256k1.sol";
import {segmentId} from "./lib/segmentId.sol";

contract Owners is IOwners, SignedIntents {
    bytes32 private constant ROTATE_OWNER =
        keccak256("RotateOwner(bytes32 segment,uint64 generation,address newOwner,bytes32 newNextOwner)");

    /// @dev Two slots.
    struct Rotation {
        address owner;
        uint64 generation;
        bytes32 nextOwner;
    }

    mapping(bytes32 segment => Rotation) private _rotations;

    /// @inheritdoc IOwners
    function rotateFirst(
        RotateOwner calldata intent,
        PublicKey calldata key,
        Opening calldata opening,
        bytes calldata signature
    ) external {
        uint64 current = _requireNext(intent);
        if (current != 0) revert OpeningMisplaced(current);
        if (segmentId(opening.owner, opening.nextOwner, opening.kind) != intent.segment) revert WrongOpening();
        _rotate(intent, opening.nextOwner, key, signature);
    }

    /// @inheritdoc IOwners
    function rotate(RotateOwner calldata intent, PublicKey calldata key, bytes calldata signature) external {
        uint64 current = _requireNext(intent);
        if (current == 0) revert OpeningMisplaced(0);
        _rotate(intent, _rotations[intent.segment].nextOwner, key, signature);
    }

    /// @inheritdoc IOwners
    function ownerOf(bytes32 segment) external view returns (address owner, bytes32 nextOwner, uint64 generation) {
        Rotation storage standing = _rotations[segment];
        return (standing.owner, standing.nextOwner, standing.generation);
    }

    /// @param digest What the key has to match: the one that the owner before committed to.
    function _rotate(RotateOwner calldata intent, bytes32 digest, PublicKey calldata key, bytes calldata signature)
        private
    {
        if (intent.newOwner == address(0) || intent.newNextOwner == 0) revert IncompleteRotation();
        if (!Secp256k1.isPoint(key.x, key.y)) revert WrongNextKey();
        if (sha256(abi.encodePacked("anamnesis/next-owner/1", Secp256k1.compress(key.x, key.y))) != digest) {
            revert WrongNextKey();
        }
        _requireSigned(Secp256k1.addressOf(key.x, key.y), keccak256(abi.encode(ROTATE_OWNER, intent)), signature);
        _rotations[intent.segment] =
            Rotation({owner: intent.newOwner, generation: intent.generation, nextOwner: intent.newNextOwner});
        emit OwnerRotated(intent.segment, intent.generation, intent.newOwner, intent.newNextOwner);
    }

    function _requireNext(RotateOwner calldata intent) private view returns (uint64 current) {
        Rotation storage standing = _rotations[intent.segment];
        current = standing.generation;
        if (intent.generation > current) {
            if (intent.generation - current != 1) revert RotationGap(current);
            return current;
        }
        if (intent.generation < current || current == 0) revert RotationPast(current);
        if (standing.owner == intent.newOwner && standing.nextOwner == intent.newNextOwner) revert AlreadyRotated();
        revert RotationConflict(current);
    }
}

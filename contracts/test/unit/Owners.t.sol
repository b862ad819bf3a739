// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Intents} from "../support/Intents.sol";

contract OwnersTest is Intents {
    event OwnerRotated(bytes32 indexed segment, uint64 generation, address newOwner, bytes32 newNextOwner);

    uint256 private constant P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F;
    /// @dev Owner keys of generation 0, 1, 2, …
    uint256 private constant KEY = 0x0E0;

    function _opening() private returns (IOwners.Opening memory) {
        return IOwners.Opening({owner: vm.addr(KEY), nextOwner: _nextDigest(KEY + 1), kind: keccak256("kind")});
    }

    /// @dev The rotation from the key of the generation before to this generation's.
    function _rotation(uint64 generation) private returns (IOwners.RotateOwner memory) {
        return IOwners.RotateOwner({
            segment: _segmentId(_opening()),
            generation: generation,
            newOwner: vm.addr(KEY + generation),
            newNextOwner: _nextDigest(KEY + generation + 1)
        });
    }

    function _key(uint64 generation) private returns (IOwners.PublicKey memory) {
        return _publicKey(KEY + generation);
    }

    function _rotated(uint64 generations) private {
        for (uint64 i = 1; i <= generations; i++) {
            IOwners.RotateOwner memory r = _rotation(i);
            bytes memory signature = _signRotation(KEY + i, r);
            if (i == 1) owners.rotateFirst(r, _key(i), _opening(), signature);
            else owners.rotate(r, _key(i), signature);
        }
    }

    function _requireOwner(bytes32 segment, address owner, bytes32 next, uint64 generation) private view {
        (address actual, bytes32 actualNext, uint64 actualGeneration) = owners.ownerOf(segment);
        _equal(actual, owner);
        _equal(actualNext, next);
        _equal(actualGeneration, generation);
    }

    function test_rotationsFollowEachOther() public {
        bytes32 segment = _segmentId(_opening());
        _requireOwner(segment, address(0), 0, 0);
        for (uint64 i = 1; i <= 3; i++) {
            IOwners.RotateOwner memory r = _rotation(i);
            IOwners.PublicKey memory key = _key(i);
            IOwners.Opening memory opening = _opening();
            bytes memory signature = _signRotation(KEY + i, r);
            vm.expectEmit(true, false, false, true);
            emit OwnerRotated(segment, i, r.newOwner, r.newNextOwner);
            if (i == 1) owners.rotateFirst(r, key, opening, signature);
            else owners.rotate(r, key, signature);
            _requireOwner(segment, r.newOwner, r.newNextOwner, i);
        }
    }

    function test_theNextOwnerCallsItself() public {
        for (uint64 i = 1; i <= 2; i++) {
            IOwners.RotateOwner memory r = _rotation(i);
            IOwners.PublicKey memory key = _key(i);
            IOwners.Opening memory opening = _opening();
            vm.prank(vm.addr(KEY + i));
            if (i == 1) owners.rotateFirst(r, key, opening, "");
            else owners.rotate(r, key, "");
            _requireOwner(r.segment, r.newOwner, r.newNextOwner, i);
        }
    }

    function test_aRotationCountsOnce() public {
        _rotated(2);
        IOwners.RotateOwner memory r = _rotation(2);
        IOwners.PublicKey memory key = _key(2);
        bytes memory signature = _signRotation(KEY + 2, r);
        _expectError(IOwners.AlreadyRotated.selector);
        owners.rotate(r, key, signature);

        r.newOwner = vm.addr(STRANGER_KEY);
        signature = _signRotation(KEY + 2, r);
        _expectError(IOwners.RotationConflict.selector, 2);
        owners.rotate(r, key, signature);
        r = _rotation(2);
        r.newNextOwner = keccak256("other");
        _expectError(IOwners.RotationConflict.selector, 2);
        owners.rotate(r, key, signature);
    }

    function test_theFirstRotationCountsOnce() public {
        _rotated(1);
        IOwners.RotateOwner memory r = _rotation(1);
        IOwners.PublicKey memory key = _key(1);
        IOwners.Opening memory opening = _opening();
        bytes memory signature = _signRotation(KEY + 1, r);
        _expectError(IOwners.AlreadyRotated.selector);
        owners.rotateFirst(r, key, opening, signature);
        _rotated2();
        _expectError(IOwners.RotationPast.selector, 2);
        owners.rotateFirst(r, key, opening, signature);
        _expectError(IOwners.RotationPast.selector, 2);
        owners.rotate(r, key, signature);
    }

    function _rotated2() private {
        IOwners.RotateOwner memory r = _rotation(2);
        owners.rotate(r, _key(2), _signRotation(KEY + 2, r));
    }

    function test_generationsHaveNoGaps() public {
        IOwners.RotateOwner memory r = _rotation(2);
        IOwners.PublicKey memory key = _key(2);
        IOwners.Opening memory opening = _opening();
        _expectError(IOwners.RotationGap.selector, uint256(0));
        owners.rotateFirst(r, key, opening, "");
        _expectError(IOwners.RotationGap.selector, uint256(0));
        owners.rotate(r, key, "");
        r.generation = 0;
        _expectError(IOwners.RotationPast.selector, uint256(0));
        owners.rotateFirst(r, key, opening, "");
        _rotated(1);
        r.generation = 3;
        _expectError(IOwners.RotationGap.selector, 1);
        owners.rotate(r, key, "");
    }

    function test_theOpeningComesWithTheFirst() public {
        IOwners.RotateOwner memory r = _rotation(1);
        IOwners.PublicKey memory key = _key(1);
        bytes memory signature = _signRotation(KEY + 1, r);
        _expectError(IOwners.OpeningMisplaced.selector, uint256(0));
        owners.rotate(r, key, signature);

        _rotated(1);
        r = _rotation(2);
        key = _key(2);
        IOwners.Opening memory opening = _opening();
        signature = _signRotation(KEY + 2, r);
        _expectError(IOwners.OpeningMisplaced.selector, 1);
        owners.rotateFirst(r, key, opening, signature);
    }

    function test_refusesAnotherOpening() public {
        IOwners.RotateOwner memory r = _rotation(1);
        IOwners.PublicKey memory key = _key(1);
        bytes memory signature = _signRotation(KEY + 1, r);
        for (uint256 field = 0; field < 3; field++) {
            IOwners.Opening memory opening = _opening();
            if (field == 0) opening.owner = vm.addr(STRANGER_KEY);
            else if (field == 1) opening.nextOwner = _nextDigest(STRANGER_KEY);
            else opening.kind = keccak256("another");
            _expectError(IOwners.WrongOpening.selector);
            owners.rotateFirst(r, key, opening, signature);
        }
    }

    function test_onlyTheKeyBehindTheStandingDigest() public {
        _rotated(1);
        IOwners.RotateOwner memory r = _rotation(2);
        // The present owner, the first owner, a stranger.
        uint256[3] memory others = [KEY + 1, KEY, STRANGER_KEY];
        for (uint256 i = 0; i < 3; i++) {
            IOwners.PublicKey memory other = _publicKey(others[i]);
            bytes memory otherSignature = _signRotation(others[i], r);
            _expectError(IOwners.WrongNextKey.selector);
            owners.rotate(r, other, otherSignature);
        }
        IOwners.PublicKey memory key = _key(2);
        bytes memory signature = _signRotation(STRANGER_KEY, r);
        _expectError(ISignedIntents.BadSignature.selector);
        owners.rotate(r, key, signature);
        _expectError(ISignedIntents.BadSignature.selector);
        owners.rotate(r, key, "");
    }

    /// @dev Other coordinates for the same compressed key: of these an address could be searched for that one can sign for.
    function test_onlyOnePairOfCoordinates() public {
        IOwners.RotateOwner memory r = _rotation(1);
        IOwners.Opening memory opening = _opening();
        IOwners.PublicKey memory key = _key(1);
        uint256 y = key.y;
        key.y = y ^ 2;
        _expectError(IOwners.WrongNextKey.selector);
        owners.rotateFirst(r, key, opening, "");
        key.y = P - y;
        _expectError(IOwners.WrongNextKey.selector);
        owners.rotateFirst(r, key, opening, "");
        key.y = P;
        _expectError(IOwners.WrongNextKey.selector);
        owners.rotateFirst(r, key, opening, "");
        key = IOwners.PublicKey(P, y);
        _expectError(IOwners.WrongNextKey.selector);
        owners.rotateFirst(r, key, opening, "");
    }

    function test_refusesARotationToNobody() public {
        IOwners.PublicKey memory key = _key(1);
        IOwners.Opening memory opening = _opening();
        IOwners.RotateOwner memory r = _rotation(1);
        r.newOwner = address(0);
        bytes memory signature = _signRotation(KEY + 1, r);
        _expectError(IOwners.IncompleteRotation.selector);
        owners.rotateFirst(r, key, opening, signature);
        r = _rotation(1);
        r.newNextOwner = 0;
        signature = _signRotation(KEY + 1, r);
        _expectError(IOwners.IncompleteRotation.selector);
        owners.rotateFirst(r, key, opening, signature);
    }

    function test_segmentsAreApart() public {
        _rotated(2);
        IOwners.Opening memory other = IOwners.Opening(vm.addr(0xABC), _nextDigest(0xABD), keccak256("kind"));
        IOwners.RotateOwner memory r =
            IOwners.RotateOwner(_segmentId(other), 1, vm.addr(0xABD), _nextDigest(0xABE));
        owners.rotateFirst(r, _publicKey(0xABD), other, _signRotation(0xABD, r));
        _requireOwner(r.segment, r.newOwner, r.newNextOwner, 1);
        _requireOwner(_rotation(2).segment, vm.addr(KEY + 2), _nextDigest(KEY + 3), 2);
    }
}

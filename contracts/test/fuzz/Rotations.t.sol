// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {Intents} from "../support/Intents.sol";

contract RotationsFuzz is Intents {
    function _fuzzed(uint256 seed) private pure returns (uint256) {
        return (seed % (ORDER - 1)) + 1;
    }

    function testFuzz_theCommittedKeyRotates(uint256 first, uint256 next, bytes32 kind, bytes32 newNext) public {
        cheats.assume(newNext != 0);
        uint256 key = _fuzzed(next);
        IOwners.Opening memory opening = IOwners.Opening(vm.addr(_fuzzed(first)), _nextDigest(key), kind);
        IOwners.RotateOwner memory intent = IOwners.RotateOwner(_segmentId(opening), 1, vm.addr(key), newNext);
        owners.rotateFirst(intent, _publicKey(key), opening, _signRotation(key, intent));
        (address owner, bytes32 nextOwner, uint64 generation) = owners.ownerOf(intent.segment);
        _equal(owner, vm.addr(key));
        _equal(nextOwner, newNext);
        _equal(generation, 1);
    }

    function testFuzz_noOtherKeyRotates(uint256 next, uint256 other) public {
        uint256 key = _fuzzed(next);
        uint256 wrong = _fuzzed(other);
        cheats.assume(key != wrong && ORDER - key != wrong);
        IOwners.Opening memory opening = IOwners.Opening(vm.addr(key), _nextDigest(key), 0);
        IOwners.RotateOwner memory intent =
            IOwners.RotateOwner(_segmentId(opening), 1, vm.addr(wrong), keccak256("next"));
        IOwners.PublicKey memory point = _publicKey(wrong);
        bytes memory signature = _signRotation(wrong, intent);
        _expectError(IOwners.WrongNextKey.selector);
        owners.rotateFirst(intent, point, opening, signature);
    }

    /// @dev Whatever stands in place of y, no other address comes out of it.
    function testFuzz_noOtherCoordinate(uint256 next, uint256 y) public {
        uint256 key = _fuzzed(next);
        IOwners.Opening memory opening = IOwners.Opening(vm.addr(key), _nextDigest(key), 0);
        IOwners.RotateOwner memory intent = IOwners.RotateOwner(_segmentId(opening), 1, vm.addr(key), keccak256("next"));
        IOwners.PublicKey memory point = _publicKey(key);
        cheats.assume(y != point.y);
        point.y = y;
        _expectError(IOwners.WrongNextKey.selector);
        vm.prank(vm.addr(key));
        owners.rotateFirst(intent, point, opening, "");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {Intents} from "../support/Intents.sol";

/// forge-config: default.isolate = true
contract OwnersGas is Intents {
    uint256 private constant KEY = 0x0E0;

    function _rotation(bytes32 segment, uint64 generation) private returns (IOwners.RotateOwner memory) {
        uint256 key = KEY + generation;
        return IOwners.RotateOwner(segment, generation, vm.addr(key), _nextDigest(key + 1));
    }

    function test_rotate() public {
        IOwners.Opening memory opening = IOwners.Opening(vm.addr(KEY), _nextDigest(KEY + 1), keccak256("kind"));
        IOwners.RotateOwner memory first = _rotation(_segmentId(opening), 1);
        IOwners.PublicKey memory key = _publicKey(KEY + 1);
        bytes memory signature = _signRotation(KEY + 1, first);
        owners.rotateFirst(first, key, opening, signature);
        cheats.snapshotGasLastCall("Owners", "rotate first, signed");
        IOwners.RotateOwner memory second = _rotation(first.segment, 2);
        key = _publicKey(KEY + 2);
        signature = _signRotation(KEY + 2, second);
        owners.rotate(second, key, signature);
        cheats.snapshotGasLastCall("Owners", "rotate, signed");
        IOwners.RotateOwner memory third = _rotation(first.segment, 3);
        key = _publicKey(KEY + 3);
        vm.prank(vm.addr(KEY + 3));
        owners.rotate(third, key, "");
        cheats.snapshotGasLastCall("Owners", "rotate, direct");
    }
}

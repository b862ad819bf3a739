// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {Intents} from "../support/Intents.sol";

/// @dev Segment ids and next digests that packages/core derives (vectors/owners.json) are those that the contract checks.
contract OwnerVectorsTest is Intents {
    function test_vectors() public {
        string memory json = cheats.readFile("../vectors/owners.json");
        uint256 count = 0;
        for (string memory at = _case(0); cheats.keyExistsJson(json, at); at = _case(++count)) {
            uint256 secret = uint256(cheats.parseJsonBytes32(json, string.concat(at, ".nextKey.secret")));
            IOwners.Opening memory opening = IOwners.Opening({
                owner: cheats.parseJsonAddress(json, string.concat(at, ".owner")),
                nextOwner: cheats.parseJsonBytes32(json, string.concat(at, ".nextOwner")),
                kind: cheats.parseJsonBytes32(json, string.concat(at, ".kind"))
            });
            _equal(vm.addr(secret), cheats.parseJsonAddress(json, string.concat(at, ".nextKey.address")));
            IOwners.RotateOwner memory intent = IOwners.RotateOwner({
                segment: cheats.parseJsonBytes32(json, string.concat(at, ".segment")),
                generation: 1,
                newOwner: vm.addr(secret),
                newNextOwner: keccak256(abi.encode("next", count))
            });
            owners.rotateFirst(intent, _publicKey(secret), opening, _signRotation(secret, intent));
            (address owner,, uint64 generation) = owners.ownerOf(intent.segment);
            _equal(owner, intent.newOwner);
            _equal(generation, 1);
        }
        _true(count >= 16);
    }
}

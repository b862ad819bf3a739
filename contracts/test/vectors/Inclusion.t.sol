// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rfc6962} from "../../src/lib/Rfc6962.sol";
import {Intents} from "../support/Intents.sol";
import {MerkleTree} from "../support/MerkleTree.sol";

/// @dev The library holds what packages/core holds (vectors/inclusion.json), and what the RFC's recursion says.
contract InclusionTest is Intents {
    function includes(bytes32 root, uint256 size, bytes32 leaf, uint256 index, bytes32[] calldata path)
        external
        pure
        returns (bool)
    {
        return Rfc6962.includes(root, size, leaf, index, path);
    }

    function test_vectors() public view {
        string memory json = cheats.readFile("../vectors/inclusion.json");
        uint256 count = 0;
        for (string memory at = _case(0); cheats.keyExistsJson(json, at); at = _case(++count)) {
            bytes32 leaf = Rfc6962.leafHash(
                abi.encode(
                    cheats.parseJsonBytes32(json, string.concat(at, ".record")),
                    cheats.parseJsonBytes32(json, string.concat(at, ".label")),
                    cheats.parseJsonBytes32(json, string.concat(at, ".organisation"))
                )
            );
            _equal(leaf, cheats.parseJsonBytes32(json, string.concat(at, ".leafHash")));
            bool actual = this.includes(
                cheats.parseJsonBytes32(json, string.concat(at, ".root")),
                cheats.parseJsonUint(json, string.concat(at, ".size")),
                leaf,
                cheats.parseJsonUint(json, string.concat(at, ".index")),
                cheats.parseJsonBytes32Array(json, string.concat(at, ".path"))
            );
            _true(actual == cheats.parseJsonBool(json, string.concat(at, ".valid")));
        }
        _true(count > 100);
    }

    function testFuzz_everyLeafIsIncludedAtItsPlaceAlone(uint8 count, uint8 index, uint8 other, bytes32 seed)
        public
        view
    {
        bytes32[] memory leaves = _leaves(count, seed);
        uint256 place = index % leaves.length;
        bytes32[] memory path = MerkleTree.path(leaves, place);
        bytes32 root = MerkleTree.root(leaves);
        _true(this.includes(root, leaves.length, leaves[place], place, path));
        uint256 elsewhere = other % (leaves.length + 1);
        if (elsewhere != place) _true(!this.includes(root, leaves.length, leaves[place], elsewhere, path));
    }

    function testFuzz_nothingElseIsIncluded(uint8 count, uint8 index, bytes32 seed, uint8 level, bytes32 noise)
        public
        view
    {
        cheats.assume(noise != 0);
        bytes32[] memory leaves = _leaves(count, seed);
        uint256 place = index % leaves.length;
        bytes32[] memory path = MerkleTree.path(leaves, place);
        bytes32 root = MerkleTree.root(leaves);
        _true(!this.includes(root, leaves.length, leaves[place] ^ noise, place, path));
        _true(!this.includes(root ^ noise, leaves.length, leaves[place], place, path));
        if (path.length == 0) return;
        path[level % path.length] ^= noise;
        _true(!this.includes(root, leaves.length, leaves[place], place, path));
    }

    function _leaves(uint8 count, bytes32 seed) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](uint256(count % 70) + 1);
        for (uint256 i = 0; i < leaves.length; i++) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }
}

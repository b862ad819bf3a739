// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Root and inclusion proof by the recursions of RFC 6962 sections 2.1 and 2.1.1, over leaf hashes.
library MerkleTree {
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return _root(leaves, 0, leaves.length);
    }

    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        return _path(leaves, index, 0, leaves.length);
    }

    function _root(bytes32[] memory leaves, uint256 from, uint256 count) private pure returns (bytes32) {
        if (count == 1) return leaves[from];
        uint256 split = _split(count);
        bytes32 left = _root(leaves, from, split);
        return sha256(abi.encodePacked(bytes1(0x01), left, _root(leaves, from + split, count - split)));
    }

    function _path(bytes32[] memory leaves, uint256 index, uint256 from, uint256 count)
        private
        pure
        returns (bytes32[] memory found)
    {
        if (count == 1) return new bytes32[](0);
        uint256 split = _split(count);
        bool left = index < split;
        bytes32[] memory below =
            left ? _path(leaves, index, from, split) : _path(leaves, index - split, from + split, count - split);
        found = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; i++) {
            found[i] = below[i];
        }
        found[below.length] = left ? _root(leaves, from + split, count - split) : _root(leaves, from, split);
    }

    /// @dev The largest power of two below the count, which is at least 2.
    function _split(uint256 count) private pure returns (uint256 split) {
        split = 1;
        while (split * 2 < count) split *= 2;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Inclusion in the Merkle trees of RFC 6962 section 2.1 over SHA-256. Leaves and inner nodes are hashed under
/// different first bytes, so neither can be taken for the other.
library Rfc6962 {
    /// @dev SHA-256(0x00 ‖ data).
    function leafHash(bytes memory data) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), data));
    }

    /// @dev SHA-256(0x01 ‖ left ‖ right).
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @dev RFC 9162 section 2.1.3.2: whether the leaf is the one at `index` of the `size` under `root`. Size and root
    /// come from one anchor: a root alone does not say how many leaves it has.
    /// @param path Siblings from the leaf upwards.
    function includes(bytes32 root, uint256 size, bytes32 leaf, uint256 index, bytes32[] calldata path)
        internal
        pure
        returns (bool)
    {
        if (index >= size) return false;
        uint256 last = size - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < path.length; i++) {
            if (last == 0) return false;
            if (index & 1 == 1 || index == last) {
                hash = nodeHash(path[i], hash);
                // Levels on which the last node has no sibling.
                while (index & 1 == 0 && index != 0) {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, path[i]);
            }
            index >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == root;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVersioned} from "../interfaces/IVersioned.sol";

abstract contract Versioned is IVersioned {
    /// @param current Version that stands; 0 before the first.
    /// @param same Whether the given value is the standing one; looked at when the versions are equal.
    function _requireNext(uint64 current, uint64 version, bool same) internal pure {
        if (version > current) {
            if (version - current != 1) revert VersionGap(current);
            return;
        }
        if (version < current || current == 0) revert VersionPast(current);
        if (same) revert AlreadySet();
        revert VersionConflict(current);
    }
}

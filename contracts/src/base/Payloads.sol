// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParameters} from "../interfaces/IParameters.sol";
import {IProposals} from "../interfaces/IProposals.sol";

/// @dev Whether `abi.decode` will take a payload. Of its own it reverts without a reason.
library Payloads {
    /// @return Whether the payload is the action's. That of `Admit` is compared with the requests by its hash instead.
    function isWellFormed(IProposals.Action action, bytes memory payload) internal pure returns (bool) {
        if (action == IProposals.Action.Admit) return true;
        if (action <= IProposals.Action.Remove) return payload.length == 32;
        if (action == IProposals.Action.SetParameter) {
            return payload.length == 64 && _word(payload, 0) <= uint8(type(IParameters.Parameter).max)
                && _word(payload, 1) <= type(uint64).max;
        }
        if (action == IProposals.Action.RotateKey) {
            return payload.length == 192 && _isAddress(payload, 1) && _word(payload, 5) <= type(uint8).max;
        }
        if (action == IProposals.Action.AdoptContract) {
            return payload.length == 128 && _isAddress(payload, 1) && _word(payload, 3) <= type(uint64).max;
        }
        if (action == IProposals.Action.Pause) {
            return payload.length == 96 && _isFunction(payload) && _word(payload, 2) <= type(uint64).max;
        }
        return payload.length == 64 && _isFunction(payload);
    }

    /// @dev Target and selector.
    function _isFunction(bytes memory payload) private pure returns (bool) {
        return _isAddress(payload, 0) && _word(payload, 1) << 32 == 0;
    }

    function _isAddress(bytes memory payload, uint256 index) private pure returns (bool) {
        return _word(payload, index) <= type(uint160).max;
    }

    function _word(bytes memory payload, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(payload, mul(add(index, 1), 0x20)))
        }
    }
}

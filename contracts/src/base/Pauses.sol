// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../interfaces/IMembers.sol";
import {IPauses} from "../interfaces/IPauses.sol";
import {IProposals} from "../interfaces/IProposals.sol";

abstract contract Pauses is IPauses {
    /// @dev Under target and selector in one key, so that a look-up on every intent's way costs one hash and one slot.
    mapping(bytes32 key => uint64 until) private _pauses;

    /// @inheritdoc IPauses
    function pausedUntil(address target, bytes4 selector) external view returns (uint64) {
        uint64 until = _pauses[_key(target, selector)];
        return until > block.timestamp ? until : 0;
    }

    function _requireNotPaused(address target, bytes4 selector) internal view {
        uint64 until = _pauses[_key(target, selector)];
        if (until > block.timestamp) revert IMembers.FunctionPaused(target, selector, until);
    }

    function _problemOfPause(address target, bytes4 selector, uint64 until, uint64 longest)
        internal
        view
        returns (bytes memory)
    {
        if (
            target == address(this)
                && (selector == IProposals.propose.selector
                    || selector == IProposals.vote.selector
                    || selector == IProposals.settle.selector)
        ) return abi.encodeWithSelector(NotPausable.selector, selector);
        uint64 latest = uint64(block.timestamp) + longest;
        if (until <= block.timestamp || until > latest) {
            return abi.encodeWithSelector(BadPause.selector, until, latest);
        }
        return "";
    }

    function _problemOfLifting(address target, bytes4 selector) internal view returns (bytes memory) {
        if (_pauses[_key(target, selector)] > block.timestamp) return "";
        return abi.encodeWithSelector(NotPaused.selector, target, selector);
    }

    function _pause(address target, bytes4 selector, uint64 until) internal {
        _pauses[_key(target, selector)] = until;
        emit Paused(target, selector, until);
    }

    function _liftPause(address target, bytes4 selector) internal {
        delete _pauses[_key(target, selector)];
        emit PauseLifted(target, selector);
    }

    function _key(address target, bytes4 selector) private pure returns (bytes32) {
        return bytes32(bytes20(target)) | (bytes32(selector) >> 160);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRelay} from "./interfaces/IRelay.sol";

contract Relay is IRelay {
    /// @inheritdoc IRelay
    function relay(Call[] calldata calls) external returns (Result[] memory results) {
        results = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            (bool ok, bytes memory reason) = _call(calls[i].target, calls[i].data);
            if (ok) {
                results[i].ok = true;
            } else {
                results[i].reason = reason;
                emit CallFailed(i, reason);
            }
        }
    }

    /// @dev The EVM lets a call to an address without code succeed: that would pass for an intent that was applied.
    function _call(address target, bytes calldata data) private returns (bool ok, bytes memory reason) {
        if (target.code.length == 0) return (false, abi.encodeWithSelector(NoContract.selector, target));
        return target.call(data);
    }
}

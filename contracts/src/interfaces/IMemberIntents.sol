// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "./IMembers.sol";
import {ISignedIntents} from "./ISignedIntents.sol";

/// @notice Contracts whose intents an organisation signs.
interface IMemberIntents is ISignedIntents {
    /// @notice Where the organisations' signers are looked up.
    function consortium() external view returns (IMembers);
}

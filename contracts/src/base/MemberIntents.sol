// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "../interfaces/IMemberIntents.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {SignedIntents} from "./SignedIntents.sol";

abstract contract MemberIntents is IMemberIntents, SignedIntents {
    IMembers private immutable _consortium;

    constructor(IMembers consortium_) {
        _consortium = consortium_;
    }

    /// @inheritdoc IMemberIntents
    function consortium() external view returns (IMembers) {
        return _consortium;
    }

    /// @dev Reverts with UnknownMember.
    function _signerOf(bytes32 organisation) internal view returns (address signer) {
        signer = _consortium.signerOf(organisation);
        if (signer == address(0)) revert IMembers.UnknownMember(organisation);
    }
}

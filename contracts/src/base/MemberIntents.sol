// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "../interfaces/IMemberIntents.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {SignedIntents} from "./SignedIntents.sol";

abstract contract MemberIntents is IMemberIntents, SignedIntents {
    IMembers private immutable _members;

    constructor(IMembers consortium_) {
        _members = consortium_;
    }

    /// @inheritdoc IMemberIntents
    function consortium() external view returns (IMembers) {
        return _members;
    }

    function _consortium() internal view returns (IMembers) {
        return _members;
    }

    /// @dev Who signs for the organisation in the function that was called. Reverts as IMembers.authorise does.
    function _signerOf(bytes32 organisation) internal view returns (address signer) {
        return _members.authorise(organisation, msg.sig);
    }
}

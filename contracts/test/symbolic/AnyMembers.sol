// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";

/// @dev Members about which nothing is known: with symbolic storage each answer is any, and the same each time.
contract AnyMembers is IMembers {
    mapping(bytes32 organisation => address) private _signers;
    mapping(bytes32 organisation => mapping(address signer => bool)) private _past;
    mapping(bytes32 organisation => bool) private _active;
    uint8 private _threshold;
    bytes32 private _first;
    bytes32 private _second;

    function authorise(bytes32 organisation, bytes4) external view returns (address) {
        return _signers[organisation];
    }

    function signerOf(bytes32 organisation) external view returns (address) {
        return _signers[organisation];
    }

    function wasSigner(bytes32 organisation, address signer) external view returns (bool) {
        return _past[organisation][signer];
    }

    function isActive(bytes32 organisation) external view returns (bool) {
        return _active[organisation];
    }

    function custodians() external view returns (uint8 threshold, bytes32[] memory members) {
        members = new bytes32[](2);
        (members[0], members[1]) = (_first, _second);
        return (_threshold, members);
    }
}

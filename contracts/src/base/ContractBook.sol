// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContracts} from "../interfaces/IContracts.sol";

abstract contract ContractBook is IContracts {
    mapping(bytes32 name => Adopted) private _contracts;

    /// @inheritdoc IContracts
    function contractOf(bytes32 name) external view returns (Adopted memory) {
        return _contracts[name];
    }

    function _problemOfContract(bytes32 name, Adopted memory wanted) internal view returns (bytes memory) {
        uint64 current = _contracts[name].version;
        if (wanted.version == 0 || wanted.version - 1 != current) {
            return abi.encodeWithSelector(ContractVersionConflict.selector, name, current);
        }
        if (wanted.target.code.length == 0 || wanted.target.codehash != wanted.codehash) {
            return abi.encodeWithSelector(OtherCode.selector, wanted.target, wanted.target.codehash);
        }
        return "";
    }

    function _adoptContract(bytes32 name, Adopted memory wanted) internal {
        _contracts[name] = wanted;
        emit ContractAdopted(name, wanted.target, wanted.version, wanted.codehash);
    }
}

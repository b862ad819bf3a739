// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParameters} from "../interfaces/IParameters.sol";

abstract contract ParameterBook is IParameters {
    /// @dev One slot, in the order of `Parameter`.
    uint64[4] private _values;

    /// @inheritdoc IParameters
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            quorum: _values[uint8(Parameter.Quorum)],
            votingPeriod: _values[uint8(Parameter.VotingPeriod)],
            minimumMembers: _values[uint8(Parameter.MinimumMembers)],
            maxPause: _values[uint8(Parameter.MaxPause)]
        });
    }

    function _valueOf(Parameter parameter) internal view returns (uint64) {
        return _values[uint8(parameter)];
    }

    function _problemOfParameter(Parameter parameter, uint64 value) internal pure returns (bytes memory) {
        (uint64 least, uint64 most) = _boundsOf(parameter);
        if (value >= least && value <= most) return "";
        return abi.encodeWithSelector(ParameterOutOfBounds.selector, parameter, value);
    }

    function _setParameter(Parameter parameter, uint64 value) internal {
        _values[uint8(parameter)] = value;
        emit ParameterSet(parameter, value);
    }

    /// @dev Half and less could let two halves decide against each other; one member could suspend the other of two.
    function _boundsOf(Parameter parameter) private pure returns (uint64 least, uint64 most) {
        if (parameter == Parameter.Quorum) return (5_000, 10_000);
        if (parameter == Parameter.VotingPeriod) return (1 hours, 90 days);
        if (parameter == Parameter.MinimumMembers) return (2, type(uint32).max);
        return (1 hours, 30 days);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the members set for themselves, within bounds that they cannot move.
interface IParameters {
    /// @dev Quorum: hundredths of a per cent of the active members of which more must agree, 5,000 to 10,000.
    /// VotingPeriod: seconds that a proposal stays open, an hour to 90 days.
    /// MinimumMembers: active members below which no vote gets, 2 or more.
    /// MaxPause: seconds that one pause may last, an hour to 30 days.
    enum Parameter {
        Quorum,
        VotingPeriod,
        MinimumMembers,
        MaxPause
    }

    /// @dev Field for field in the order of `Parameter`.
    struct Parameters {
        uint64 quorum;
        uint64 votingPeriod;
        uint64 minimumMembers;
        uint64 maxPause;
    }

    event ParameterSet(Parameter indexed parameter, uint64 value);

    /// @notice The value is outside the parameter's bounds, or a minimum above the number of active members.
    error ParameterOutOfBounds(Parameter parameter, uint64 value);

    function parameters() external view returns (Parameters memory);
}

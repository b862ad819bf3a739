// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../../src/interfaces/IPolicy.sol";
import {Decide} from "../../src/lib/Decide.sol";

/// @dev Many decisions in one call, for the comparison with TypeScript.
contract DecideHarness {
    struct Case {
        IPolicy.Request request;
        IPolicy.Authority authority;
        IPolicy.Record record;
        IPolicy.LedgerState state;
    }

    /// @param whole Whether the record counts; without it the rules about the segment alone.
    function decideAll(Case[] calldata cases, bool whole) external pure returns (IPolicy.Decision[] memory decisions) {
        decisions = new IPolicy.Decision[](cases.length);
        for (uint256 i; i < cases.length; i++) {
            decisions[i] = IPolicy.Decision(IPolicy.Basis.None, IPolicy.Code.None, 0);
        }
        for (uint256 i; i < cases.length; i++) {
            // Each case is copied to the same place: memory that grows costs its square.
            uint256 free;
            assembly {
                free := mload(0x40)
            }
            Case memory input = cases[i];
            IPolicy.Decision memory decision = whole
                ? Decide.decide(input.request, input.authority, input.record, input.state)
                : Decide.decideSegment(input.request, input.authority, input.state);
            decisions[i].basis = decision.basis;
            decisions[i].code = decision.code;
            decisions[i].id = decision.id;
            assembly {
                mstore(0x40, free)
            }
        }
    }
}

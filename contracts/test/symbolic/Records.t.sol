// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Records} from "../../src/Records.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {AnyMembers} from "./AnyMembers.sol";
import {Symbolic} from "./Symbolic.sol";

contract RecordsSymbolic is Symbolic {
    Records private _records;

    function setUp() public {
        AnyMembers members = new AnyMembers();
        _records = new Records(members);
        svm.enableSymbolicStorage(address(members));
        svm.enableSymbolicStorage(address(_records));
    }

    /// @dev A batch is neither replaced nor removed. Left out are amend, retract, nameEndorsers, endorse and erase: what they
    /// check about a record makes more paths than halmos follows in minutes, and none of them writes a batch, which are
    /// private to BatchAnchors. What they say for ever is tested in invariant_whatIsSaidStaysSaid.
    function check_anAnchoredBatchStays(
        IRecords.AnchorBatch calldata batch,
        IRecords.AnchorBatch calldata intent,
        bytes calldata signature
    ) public {
        vm.assume(_records.isAnchored(batch));
        _anyCall(address(_records), abi.encodeCall(IRecords.anchor, (intent, signature)));
        assert(_records.isAnchored(batch));
    }
}

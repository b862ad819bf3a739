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

    /// @dev A batch is neither replaced nor removed. Retracted, erased and amended are for ever, and so is the successor.
    function check_whatIsSaidStaysSaid(IRecords.AnchorBatch calldata batch, bytes32 record) public {
        bool anchored = _records.isAnchored(batch);
        IRecords.Status memory before = _records.statusOf(batch.organisation, record);
        _anyCall(address(_records), svm.createCalldata("Records"));
        assert(!anchored || _records.isAnchored(batch));
        IRecords.Status memory afterwards = _records.statusOf(batch.organisation, record);
        assert(!before.retracted || afterwards.retracted);
        assert(!before.erased || afterwards.erased);
        assert(!before.amended || afterwards.successor == before.successor);
    }
}

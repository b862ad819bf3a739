// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {AnchoredRecords} from "../support/AnchoredRecords.sol";

contract ErasuresTest is AnchoredRecords {
    event RecordErased(bytes32 indexed record, bytes32[] custodians);

    bytes32 private constant RECORD = keccak256("a record, anchored or not");

    function test_erasedByAsManyCustodiansAsOpen() public {
        _adoptCommittee();
        IRecords.Approval[] memory approvals = _approvals(RECORD);
        bytes32[] memory custodians = new bytes32[](2);
        custodians[0] = NORTH;
        custodians[1] = SOUTH;
        _true(!records.statusOf(LAB, RECORD).erased);
        vm.expectEmit(true, false, false, true);
        emit RecordErased(RECORD, custodians);
        records.erase(RECORD, approvals);
        _true(records.statusOf(LAB, RECORD).erased && records.statusOf(NORTH, RECORD).erased);
        _true(!records.statusOf(NORTH, _record(0)).erased);
        _expectError(IRecords.AlreadyErased.selector);
        records.erase(RECORD, approvals);
    }

    function test_aCustodianCallsItself() public {
        _adoptCommittee();
        IRecords.Approval[] memory approvals = _approvals(RECORD);
        approvals[0].signature = "";
        _expectError(ISignedIntents.BadSignature.selector);
        records.erase(RECORD, approvals);
        vm.prank(vm.addr(NORTH_KEY));
        records.erase(RECORD, approvals);
        _true(records.statusOf(NORTH, RECORD).erased);
    }

    function test_refusals() public {
        IRecords.Approval[] memory approvals = _approvals(RECORD);
        _expectError(IRecords.NoCommittee.selector);
        records.erase(RECORD, approvals);
        _adoptCommittee();

        IRecords.Approval[] memory fewer = new IRecords.Approval[](1);
        fewer[0] = approvals[0];
        vm.expectRevert(abi.encodeWithSelector(IRecords.TooFewApprovals.selector, 2, 1));
        records.erase(RECORD, fewer);

        approvals[1] = approvals[0];
        _expectError(IRecords.DuplicateMember.selector, NORTH);
        records.erase(RECORD, approvals);

        approvals[1] = IRecords.Approval(LAB, _signErasure(LAB_KEY, RECORD));
        _expectError(IRecords.NotCustodian.selector, LAB);
        records.erase(RECORD, approvals);

        approvals[1] = IRecords.Approval(SOUTH, _signErasure(NORTH_KEY, RECORD));
        _expectError(ISignedIntents.BadSignature.selector);
        records.erase(RECORD, approvals);

        approvals = _approvals(keccak256("another record"));
        _expectError(ISignedIntents.BadSignature.selector);
        records.erase(RECORD, approvals);
        _true(!records.statusOf(NORTH, RECORD).erased);
    }

    function test_aCustodianThatMayNotActDoesNotCount() public {
        _adoptCommittee();
        cheats.mockCallRevert(
            address(consortium),
            abi.encodeCall(IMembers.authorise, (SOUTH, IRecords.erase.selector)),
            abi.encodeWithSelector(IMembers.UnknownMember.selector, SOUTH)
        );
        IRecords.Approval[] memory approvals = _approvals(RECORD);
        _expectError(IMembers.UnknownMember.selector, SOUTH);
        records.erase(RECORD, approvals);
    }

    /// @dev Erased says what custodians no longer open; what the author says about the record it can still say.
    function test_anErasedRecordCanBeRetracted() public {
        _adoptCommittee();
        records.erase(_record(0), _approvals(_record(0)));
        _amend(0);
        _retract(0);
        IRecords.Status memory status = records.statusOf(NORTH, _record(0));
        _true(status.erased && status.amended && status.retracted);
    }
}

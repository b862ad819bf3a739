// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {AnchoredRecords} from "../support/AnchoredRecords.sol";

/// @dev What an author says about a record that it anchored, and the proof that it did.
contract AmendmentsTest is AnchoredRecords {
    event RecordAmended(bytes32 indexed organisation, bytes32 indexed record, bytes32 successor);
    event RecordRetracted(bytes32 indexed organisation, bytes32 indexed record);

    function test_everyRecordOfTheBatchCanBeAmended() public {
        for (uint256 i = 0; i < COUNT; i++) {
            IRecords.AmendRecord memory intent = _amendment(i);
            bytes memory signature = _signAmendment(NORTH_KEY, intent);
            vm.expectEmit(true, true, false, true);
            emit RecordAmended(NORTH, intent.record, intent.successor);
            records.amend(intent, _label(i), _inclusion(i), signature);
            IRecords.Status memory status = records.statusOf(NORTH, _record(i));
            _true(status.amended && !status.retracted && !status.erased && !status.isFinal);
            _equal(status.successor, intent.successor);
            _true(!records.statusOf(SOUTH, _record(i)).amended);
        }
    }

    function test_amendedOnceAndForEver() public {
        _amend(0);
        IRecords.AmendRecord memory intent = _amendment(0);
        bytes memory signature = _signAmendment(NORTH_KEY, intent);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        _expectError(IRecords.AlreadyAmended.selector);
        records.amend(intent, _label(0), inclusion, signature);
        intent.successor = keccak256("another");
        signature = _signAmendment(NORTH_KEY, intent);
        _expectError(IRecords.AmendConflict.selector);
        records.amend(intent, _label(0), inclusion, signature);
        intent.successor = 0;
        signature = _signAmendment(NORTH_KEY, intent);
        _expectError(IRecords.EmptySuccessor.selector);
        records.amend(intent, _label(0), inclusion, signature);
    }

    function test_retractedOnceAndForEver() public {
        IRecords.RetractRecord memory intent = _retraction(1);
        bytes memory signature = _signRetraction(NORTH_KEY, intent);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        vm.expectEmit(true, true, false, true);
        emit RecordRetracted(NORTH, intent.record);
        records.retract(intent, _label(1), inclusion, signature);
        _true(records.statusOf(NORTH, _record(1)).retracted);
        _true(!records.statusOf(SOUTH, _record(1)).retracted);
        _expectError(IRecords.AlreadyRetracted.selector);
        records.retract(intent, _label(1), inclusion, signature);
    }

    function test_anAmendedRecordCanBeRetractedButNotTheOtherWayRound() public {
        _amend(0);
        _retract(0);
        IRecords.Status memory status = records.statusOf(NORTH, _record(0));
        _true(status.amended && status.retracted);

        _retract(1);
        IRecords.AmendRecord memory intent = _amendment(1);
        bytes memory signature = _signAmendment(NORTH_KEY, intent);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        _expectError(IRecords.RetractedForEver.selector);
        records.amend(intent, _label(1), inclusion, signature);
    }

    function test_theAuthorCallsItself() public {
        address author = vm.addr(NORTH_KEY);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        vm.prank(author);
        records.amend(_amendment(0), _label(0), inclusion, "");
        vm.prank(author);
        records.retract(_retraction(0), _label(0), inclusion, "");
        IRecords.Status memory status = records.statusOf(NORTH, _record(0));
        _true(status.amended && status.retracted);
    }

    function test_onlyTheAuthorSigns() public {
        IRecords.AmendRecord memory amendment = _amendment(0);
        IRecords.RetractRecord memory retraction = _retraction(0);
        bytes memory signature = _signAmendment(SOUTH_KEY, amendment);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        _expectError(ISignedIntents.BadSignature.selector);
        records.amend(amendment, _label(0), inclusion, signature);
        signature = _signRetraction(SOUTH_KEY, retraction);
        _expectError(ISignedIntents.BadSignature.selector);
        records.retract(retraction, _label(0), inclusion, signature);
        amendment.organisation = NOBODY;
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        records.amend(amendment, _label(0), inclusion, signature);
        retraction.organisation = NOBODY;
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        records.retract(retraction, _label(0), inclusion, signature);
    }

    /// @dev An organisation speaks for its own anchors alone, whoever's record id it is.
    function test_nobodySpeaksForAnothersRecord() public {
        IRecords.RetractRecord memory retraction = IRecords.RetractRecord(SOUTH, _record(0));
        bytes memory signature = _signRetraction(SOUTH_KEY, retraction);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        _expectError(IRecords.UnknownBatch.selector);
        records.retract(retraction, _label(0), inclusion, signature);

        // The same tree anchored as its own: its leaves name NORTH.
        IRecords.AnchorBatch memory copy = batch;
        copy = IRecords.AnchorBatch(SOUTH, 1, copy.root, copy.count, copy.manifest);
        records.anchor(copy, _signBatch(SOUTH_KEY, copy));
        _expectError(IRecords.NotIncluded.selector);
        records.retract(retraction, _label(0), inclusion, signature);
    }

    function test_theShownBatchIsTheAnchoredOne() public {
        IRecords.RetractRecord memory intent = _retraction(0);
        bytes memory signature = _signRetraction(NORTH_KEY, intent);
        for (uint256 field = 0; field < 4; field++) {
            IRecords.Inclusion memory inclusion = _inclusion(0);
            if (field == 0) inclusion.sequence = 2;
            else if (field == 1) inclusion.root = keccak256("other");
            else if (field == 2) inclusion.count = 6;
            else inclusion.manifest = keccak256("other");
            _expectError(IRecords.UnknownBatch.selector);
            records.retract(intent, _label(0), inclusion, signature);
        }
    }

    function test_theLeafIsAtItsPlace() public {
        IRecords.RetractRecord memory intent = _retraction(0);
        bytes memory signature = _signRetraction(NORTH_KEY, intent);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        _expectError(IRecords.NotIncluded.selector);
        records.retract(intent, _label(1), inclusion, signature);
        inclusion = _inclusion(1);
        _expectError(IRecords.NotIncluded.selector);
        records.retract(intent, _label(0), inclusion, signature);
        inclusion = _inclusion(0);
        inclusion.index = 5;
        _expectError(IRecords.NotIncluded.selector);
        records.retract(intent, _label(0), inclusion, signature);
        inclusion = _inclusion(0);
        inclusion.path = new bytes32[](0);
        _expectError(IRecords.NotIncluded.selector);
        records.retract(intent, _label(0), inclusion, signature);
    }
}

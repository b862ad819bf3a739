// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {AnchoredRecords} from "../support/AnchoredRecords.sol";

contract EndorsementsTest is AnchoredRecords {
    event EndorsersNamed(
        bytes32 indexed organisation, bytes32 indexed record, bytes32 label, uint8 threshold, bytes32[] endorsers
    );
    event RecordEndorsed(
        bytes32 indexed organisation, bytes32 indexed record, bytes32 indexed endorser, bytes32 label, uint8 count
    );
    event RecordFinal(bytes32 indexed organisation, bytes32 indexed record, bytes32 label);

    function _requireStatus(uint256 i, uint8 endorsed, uint8 needed, bool isFinal) private view {
        IRecords.Status memory status = records.statusOf(NORTH, _record(i));
        _equal(status.endorsed, endorsed);
        _equal(status.needed, needed);
        _true(status.isFinal == isFinal);
        _equal(status.label, needed == 0 ? bytes32(0) : _label(i));
    }

    function test_finalWithKOfM() public {
        _requireStatus(0, 0, 0, false);
        IRecords.NameEndorsers memory naming = _naming(0, 2);
        bytes memory signature = _signNaming(NORTH_KEY, naming);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        vm.expectEmit(true, true, false, true);
        emit EndorsersNamed(NORTH, naming.record, naming.label, 2, naming.endorsers);
        records.nameEndorsers(naming, inclusion, signature);
        _requireStatus(0, 0, 2, false);

        IRecords.EndorseRecord memory intent = _endorsement(0, LAB);
        signature = _signEndorsement(LAB_KEY, intent);
        vm.expectEmit(true, true, true, true);
        emit RecordEndorsed(NORTH, intent.record, LAB, intent.label, 1);
        records.endorse(intent, naming.endorsers, signature);
        _requireStatus(0, 1, 2, false);

        intent = _endorsement(0, SOUTH);
        signature = _signEndorsement(SOUTH_KEY, intent);
        vm.expectEmit(true, true, true, true);
        emit RecordEndorsed(NORTH, intent.record, SOUTH, intent.label, 2);
        vm.expectEmit(true, true, false, true);
        emit RecordFinal(NORTH, intent.record, intent.label);
        records.endorse(intent, naming.endorsers, signature);
        _requireStatus(0, 2, 2, true);

        // The author is one of those named, and the last one: it is counted, and final is said once.
        cheats.recordLogs();
        _endorse(0, NORTH, NORTH_KEY);
        _equal(cheats.getRecordedLogs().length, 1);
        _requireStatus(0, 3, 2, true);
        _requireStatus(1, 0, 0, false);
    }

    function test_everyoneCallsForItself() public {
        IRecords.Inclusion memory inclusion = _inclusion(0);
        vm.prank(vm.addr(NORTH_KEY));
        records.nameEndorsers(_naming(0, 1), inclusion, "");
        vm.prank(vm.addr(LAB_KEY));
        records.endorse(_endorsement(0, LAB), _endorsers(), "");
        _requireStatus(0, 1, 1, true);
    }

    function test_namedOnceAndForEver() public {
        _name(0, 2);
        IRecords.Inclusion memory inclusion = _inclusion(0);
        IRecords.NameEndorsers memory naming = _naming(0, 2);
        bytes memory signature = _signNaming(NORTH_KEY, naming);
        _expectError(IRecords.AlreadyNamed.selector);
        records.nameEndorsers(naming, inclusion, signature);
        for (uint256 field = 0; field < 3; field++) {
            naming = _naming(0, 2);
            if (field == 0) naming.threshold = 1;
            else if (field == 1) naming.label = _label(1);
            else naming.endorsers[2] = NOBODY;
            signature = _signNaming(NORTH_KEY, naming);
            _expectError(IRecords.EndorsersConflict.selector);
            records.nameEndorsers(naming, inclusion, signature);
        }
    }

    function test_refusesListsThatCannotBeReached() public {
        IRecords.Inclusion memory inclusion = _inclusion(0);
        IRecords.NameEndorsers memory naming = _naming(0, 0);
        bytes memory signature = _signNaming(NORTH_KEY, naming);
        vm.expectRevert(abi.encodeWithSelector(IRecords.BadEndorsement.selector, 0, 3));
        records.nameEndorsers(naming, inclusion, signature);
        naming.threshold = 4;
        vm.expectRevert(abi.encodeWithSelector(IRecords.BadEndorsement.selector, 4, 3));
        records.nameEndorsers(naming, inclusion, signature);
        naming.endorsers = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(IRecords.BadEndorsement.selector, 4, 0));
        records.nameEndorsers(naming, inclusion, signature);
        naming.endorsers = new bytes32[](17);
        vm.expectRevert(abi.encodeWithSelector(IRecords.BadEndorsement.selector, 4, 17));
        records.nameEndorsers(naming, inclusion, signature);
        naming = _naming(0, 2);
        naming.endorsers[2] = NORTH;
        _expectError(IRecords.DuplicateMember.selector, NORTH);
        records.nameEndorsers(naming, inclusion, signature);
    }

    function test_sixteenEndorse() public {
        IRecords.NameEndorsers memory naming = _naming(0, 16);
        naming.endorsers = new bytes32[](16);
        for (uint256 i = 0; i < 16; i++) {
            bytes32 member = keccak256(abi.encode("member", i));
            naming.endorsers[i] = member;
            vm.mockCall(
                address(consortium),
                abi.encodeCall(IMembers.authorise, (member, IRecords.endorse.selector)),
                abi.encode(vm.addr(0x100 + i))
            );
        }
        records.nameEndorsers(naming, _inclusion(0), _signNaming(NORTH_KEY, naming));
        for (uint256 i = 0; i < 16; i++) {
            IRecords.EndorseRecord memory intent = _endorsement(0, naming.endorsers[i]);
            bytes memory signature = _signEndorsement(0x100 + i, intent);
            records.endorse(intent, naming.endorsers, signature);
            _expectError(IRecords.AlreadyEndorsed.selector);
            records.endorse(intent, naming.endorsers, signature);
            _requireStatus(0, uint8(i + 1), 16, i == 15);
        }
    }

    function test_onlyTheAuthorNames() public {
        IRecords.Inclusion memory inclusion = _inclusion(0);
        IRecords.NameEndorsers memory naming = _naming(0, 2);
        bytes memory signature = _signNaming(SOUTH_KEY, naming);
        _expectError(ISignedIntents.BadSignature.selector);
        records.nameEndorsers(naming, inclusion, signature);
        inclusion = _inclusion(1);
        _expectError(IRecords.NotIncluded.selector);
        records.nameEndorsers(naming, inclusion, signature);
        naming.organisation = NOBODY;
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        records.nameEndorsers(naming, inclusion, signature);
    }

    function test_onlyTheNamedEndorseWhatWasNamed() public {
        IRecords.EndorseRecord memory intent = _endorsement(0, SOUTH);
        bytes memory signature = _signEndorsement(SOUTH_KEY, intent);
        bytes32[] memory list = _endorsers();
        _expectError(IRecords.NoEndorsers.selector);
        records.endorse(intent, list, signature);
        _name(0, 2);

        list[0] = NOBODY;
        _expectError(IRecords.EndorsersConflict.selector);
        records.endorse(intent, list, signature);
        list = _endorsers();
        intent.label = _label(1);
        signature = _signEndorsement(SOUTH_KEY, intent);
        _expectError(IRecords.EndorsersConflict.selector);
        records.endorse(intent, list, signature);

        intent = _endorsement(0, SOUTH);
        signature = _signEndorsement(LAB_KEY, intent);
        _expectError(ISignedIntents.BadSignature.selector);
        records.endorse(intent, list, signature);
        intent = _endorsement(0, NOBODY);
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        records.endorse(intent, list, signature);
    }

    function test_aMemberThatIsNotNamedDoesNotEndorse() public {
        IRecords.NameEndorsers memory naming = _naming(0, 1);
        naming.endorsers = new bytes32[](1);
        naming.endorsers[0] = LAB;
        records.nameEndorsers(naming, _inclusion(0), _signNaming(NORTH_KEY, naming));
        IRecords.EndorseRecord memory intent = _endorsement(0, SOUTH);
        bytes memory signature = _signEndorsement(SOUTH_KEY, intent);
        _expectError(IRecords.NotEndorser.selector, SOUTH);
        records.endorse(intent, naming.endorsers, signature);
    }

    function test_aRetractedRecordIsNotEndorsed() public {
        _name(0, 3);
        _endorse(0, LAB, LAB_KEY);
        _retract(0);
        IRecords.EndorseRecord memory intent = _endorsement(0, SOUTH);
        bytes memory signature = _signEndorsement(SOUTH_KEY, intent);
        _expectError(IRecords.RetractedForEver.selector);
        records.endorse(intent, _endorsers(), signature);
        intent = _endorsement(0, LAB);
        signature = _signEndorsement(LAB_KEY, intent);
        _expectError(IRecords.AlreadyEndorsed.selector);
        records.endorse(intent, _endorsers(), signature);

        _retract(1);
        IRecords.NameEndorsers memory naming = _naming(1, 2);
        signature = _signNaming(NORTH_KEY, naming);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        _expectError(IRecords.RetractedForEver.selector);
        records.nameEndorsers(naming, inclusion, signature);
    }
}

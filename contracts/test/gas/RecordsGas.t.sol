// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRecords} from "../../src/interfaces/IRecords.sol";
import {AnchoredRecords} from "../support/AnchoredRecords.sol";

/// @dev The batch has five records: each level more of a larger one's tree costs about 1,000 a proof.
/// forge-config: default.isolate = true
contract RecordsGas is AnchoredRecords {
    function _next(uint64 sequence) private pure returns (IRecords.AnchorBatch memory) {
        return IRecords.AnchorBatch(NORTH, sequence, keccak256("root"), 1000, keccak256("manifest"));
    }

    function test_anchor() public {
        IRecords.AnchorBatch memory next = _next(2);
        bytes memory signature = _signBatch(NORTH_KEY, next);
        records.anchor(next, signature);
        cheats.snapshotGasLastCall("Records", "anchor, signed");
        vm.prank(vm.addr(NORTH_KEY));
        records.anchor(_next(3), "");
        cheats.snapshotGasLastCall("Records", "anchor, direct");
    }

    function test_amend() public {
        _amend(0);
        cheats.snapshotGasLastCall("Records", "amend, signed");
        IRecords.AmendRecord memory intent = _amendment(1);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        vm.prank(vm.addr(NORTH_KEY));
        records.amend(intent, _label(1), inclusion, "");
        cheats.snapshotGasLastCall("Records", "amend, direct");
    }

    function test_retract() public {
        _retract(0);
        cheats.snapshotGasLastCall("Records", "retract, signed");
        IRecords.RetractRecord memory intent = _retraction(1);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        vm.prank(vm.addr(NORTH_KEY));
        records.retract(intent, _label(1), inclusion, "");
        cheats.snapshotGasLastCall("Records", "retract, direct");
    }

    function test_endorse() public {
        _name(0, 2);
        cheats.snapshotGasLastCall("Records", "name 3 endorsers, signed");
        _endorse(0, LAB, LAB_KEY);
        cheats.snapshotGasLastCall("Records", "endorse, signed");
        IRecords.EndorseRecord memory intent = _endorsement(0, SOUTH);
        vm.prank(vm.addr(SOUTH_KEY));
        records.endorse(intent, _endorsers(), "");
        cheats.snapshotGasLastCall("Records", "endorse and final, direct");
        IRecords.NameEndorsers memory naming = _naming(1, 2);
        IRecords.Inclusion memory inclusion = _inclusion(1);
        vm.prank(vm.addr(NORTH_KEY));
        records.nameEndorsers(naming, inclusion, "");
        cheats.snapshotGasLastCall("Records", "name 3 endorsers, direct");
    }

    function test_erase() public {
        _adoptCommittee();
        IRecords.Approval[] memory approvals = _approvals(_record(0));
        records.erase(_record(0), approvals);
        cheats.snapshotGasLastCall("Records", "erase by 2, signed");
        approvals = _approvals(_record(1));
        approvals[0].signature = "";
        vm.prank(vm.addr(NORTH_KEY));
        records.erase(_record(1), approvals);
        cheats.snapshotGasLastCall("Records", "erase by 2, one direct");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRecords} from "../../src/interfaces/IRecords.sol";
import {Intents} from "./Intents.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @dev A batch of NORTH with five records, anchored.
abstract contract AnchoredRecords is Intents {
    uint256 internal constant COUNT = 5;

    IRecords.AnchorBatch internal batch;
    bytes32[] internal leaves;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 i = 0; i < COUNT; i++) {
            leaves.push(sha256(abi.encodePacked(bytes1(0x00), _record(i), _label(i), NORTH)));
        }
        batch = IRecords.AnchorBatch({
            organisation: NORTH,
            sequence: 1,
            root: MerkleTree.root(leaves),
            count: uint32(COUNT),
            manifest: keccak256("manifest")
        });
        records.anchor(batch, _signBatch(NORTH_KEY, batch));
    }

    function _record(uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encode("record", i));
    }

    function _label(uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encode("label", i));
    }

    function _inclusion(uint256 i) internal view returns (IRecords.Inclusion memory) {
        return IRecords.Inclusion({
            sequence: batch.sequence,
            root: batch.root,
            count: batch.count,
            manifest: batch.manifest,
            index: uint32(i),
            path: MerkleTree.path(leaves, i)
        });
    }

    function _amendment(uint256 i) internal pure returns (IRecords.AmendRecord memory) {
        return IRecords.AmendRecord(NORTH, _record(i), keccak256(abi.encode("successor", i)));
    }

    function _retraction(uint256 i) internal pure returns (IRecords.RetractRecord memory) {
        return IRecords.RetractRecord(NORTH, _record(i));
    }

    /// @dev The author itself, the other hospital, the laboratory.
    function _endorsers() internal pure returns (bytes32[] memory list) {
        list = new bytes32[](3);
        list[0] = NORTH;
        list[1] = SOUTH;
        list[2] = LAB;
    }

    function _naming(uint256 i, uint8 threshold) internal pure returns (IRecords.NameEndorsers memory) {
        return IRecords.NameEndorsers(NORTH, _record(i), _label(i), threshold, _endorsers());
    }

    function _endorsement(uint256 i, bytes32 endorser) internal pure returns (IRecords.EndorseRecord memory) {
        return IRecords.EndorseRecord(endorser, NORTH, _record(i), _label(i));
    }

    function _amend(uint256 i) internal {
        IRecords.AmendRecord memory intent = _amendment(i);
        records.amend(intent, _label(i), _inclusion(i), _signAmendment(NORTH_KEY, intent));
    }

    function _retract(uint256 i) internal {
        IRecords.RetractRecord memory intent = _retraction(i);
        records.retract(intent, _label(i), _inclusion(i), _signRetraction(NORTH_KEY, intent));
    }

    function _name(uint256 i, uint8 threshold) internal {
        IRecords.NameEndorsers memory intent = _naming(i, threshold);
        records.nameEndorsers(intent, _inclusion(i), _signNaming(NORTH_KEY, intent));
    }

    function _endorse(uint256 i, bytes32 endorser, uint256 key) internal {
        IRecords.EndorseRecord memory intent = _endorsement(i, endorser);
        records.endorse(intent, _endorsers(), _signEndorsement(key, intent));
    }

    /// @dev NORTH and SOUTH hold shares; both are needed.
    function _adoptCommittee() internal {
        bytes32[] memory members = new bytes32[](2);
        members[0] = NORTH;
        members[1] = SOUTH;
        vm.mockCall(address(consortium), abi.encodeCall(consortium.custodians, ()), abi.encode(uint8(2), members));
    }

    function _approvals(bytes32 record) internal returns (IRecords.Approval[] memory approvals) {
        approvals = new IRecords.Approval[](2);
        approvals[0] = IRecords.Approval(NORTH, _signErasure(NORTH_KEY, record));
        approvals[1] = IRecords.Approval(SOUTH, _signErasure(SOUTH_KEY, record));
    }
}

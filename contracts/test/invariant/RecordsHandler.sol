// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "../../src/Consortium.sol";
import {Records} from "../../src/Records.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {MerkleTree} from "../support/MerkleTree.sol";
import {Handler} from "./Handler.sol";

/// @dev Two authors whose batches hold the same three record ids, with labels by author and batch. Every member signs for
/// everyone, mostly in vain.
contract RecordsHandler is Handler {
    uint256 public constant RECORDS = 3;

    mapping(bytes32 organisation => IRecords.AnchorBatch[]) private _anchored;
    mapping(bytes32 organisation => mapping(bytes32 record => bytes32)) public successor;
    mapping(bytes32 organisation => mapping(bytes32 record => bool)) public retracted;
    mapping(bytes32 organisation => mapping(bytes32 record => uint8)) public needed;
    mapping(bytes32 organisation => mapping(bytes32 record => uint8)) public endorsed;
    mapping(bytes32 organisation => mapping(bytes32 record => mapping(bytes32 endorser => bool))) private _endorsedBy;
    mapping(bytes32 record => bool) public erased;
    bool public foreignKeyCounted;
    bool public endorsedTwice;
    bool public erasedByTooFew;
    bool public cameBack;

    function setUp() public override {
        consortium = new Consortium(_genesis(), _parameters());
        records = new Records(consortium);
        bytes32[] memory members = new bytes32[](3);
        (members[0], members[1], members[2]) = (NORTH, SOUTH, LAB);
        vm.mockCall(address(consortium), abi.encodeCall(IMembers.custodians, ()), abi.encode(uint8(2), members));
    }

    function ledger() external view returns (Records) {
        return records;
    }

    function batches(bytes32 organisation) external view returns (IRecords.AnchorBatch[] memory) {
        return _anchored[organisation];
    }

    function record(uint256 i) public pure returns (bytes32) {
        return keccak256(abi.encode("record", i % RECORDS));
    }

    function anchor(uint8 author, uint8 signer, uint8 ahead, uint8 manifest, bool byCall) external {
        bytes32 organisation = _author(author);
        uint64 sequence = uint64(_anchored[organisation].length) + (ahead % 4 == 0 ? ahead % 3 : 1);
        IRecords.AnchorBatch memory batch = IRecords.AnchorBatch({
            organisation: organisation,
            sequence: sequence,
            root: MerkleTree.root(_leaves(organisation, sequence)),
            count: uint32(RECORDS),
            manifest: keccak256(abi.encode(manifest % 3))
        });
        bytes memory signature = byCall ? bytes("") : _signBatch(_key(signer), batch);
        if (!_by(signer, byCall, abi.encodeCall(IRecords.anchor, (batch, signature)))) return;
        if (_member(signer) != organisation) foreignKeyCounted = true;
        if (sequence != _anchored[organisation].length + 1) cameBack = true;
        _anchored[organisation].push(batch);
    }

    function amend(uint8 author, uint8 signer, uint8 place, uint8 next, bool byCall) external {
        bytes32 organisation = _author(author);
        if (_anchored[organisation].length == 0) return;
        IRecords.AmendRecord memory intent =
            IRecords.AmendRecord(organisation, record(place), keccak256(abi.encode("next", next % 2)));
        bytes memory signature = byCall ? bytes("") : _signAmendment(_key(signer), intent);
        (bytes32 label, IRecords.Inclusion memory shown) = _inclusion(organisation, place, next);
        if (!_by(signer, byCall, abi.encodeCall(IRecords.amend, (intent, label, shown, signature)))) return;
        if (_member(signer) != organisation) foreignKeyCounted = true;
        if (successor[organisation][intent.record] != 0 || retracted[organisation][intent.record]) cameBack = true;
        successor[organisation][intent.record] = intent.successor;
    }

    function retract(uint8 author, uint8 signer, uint8 place, uint8 sequence, bool byCall) external {
        bytes32 organisation = _author(author);
        // Retracted is the end of everything else, so it has to be rare.
        if (_anchored[organisation].length == 0 || sequence % 4 != 0) return;
        IRecords.RetractRecord memory intent = IRecords.RetractRecord(organisation, record(place));
        bytes memory signature = byCall ? bytes("") : _signRetraction(_key(signer), intent);
        (bytes32 label, IRecords.Inclusion memory shown) = _inclusion(organisation, place, sequence);
        if (!_by(signer, byCall, abi.encodeCall(IRecords.retract, (intent, label, shown, signature)))) return;
        if (_member(signer) != organisation) foreignKeyCounted = true;
        if (retracted[organisation][intent.record]) cameBack = true;
        retracted[organisation][intent.record] = true;
    }

    function nameEndorsers(uint8 author, uint8 signer, uint8 place, uint8 threshold, bool byCall) external {
        bytes32 organisation = _author(author);
        if (_anchored[organisation].length == 0) return;
        (bytes32 label, IRecords.Inclusion memory shown) = _inclusion(organisation, place, 0);
        IRecords.NameEndorsers memory intent =
            IRecords.NameEndorsers(organisation, record(place), label, threshold % 5, _named());
        bytes memory signature = byCall ? bytes("") : _signNaming(_key(signer), intent);
        if (!_by(signer, byCall, abi.encodeCall(IRecords.nameEndorsers, (intent, shown, signature)))) return;
        if (_member(signer) != organisation) foreignKeyCounted = true;
        if (needed[organisation][intent.record] != 0) cameBack = true;
        needed[organisation][intent.record] = intent.threshold;
    }

    function endorse(uint8 author, uint8 endorser, uint8 signer, uint8 place, bool byCall) external {
        bytes32 organisation = _author(author);
        IRecords.EndorseRecord memory intent = IRecords.EndorseRecord(
            _member(endorser), organisation, record(place), _label(organisation, 1, place % RECORDS)
        );
        bytes memory signature = byCall ? bytes("") : _signEndorsement(_key(signer), intent);
        if (!_by(signer, byCall, abi.encodeCall(IRecords.endorse, (intent, _named(), signature)))) return;
        if (_member(signer) != intent.endorser) foreignKeyCounted = true;
        if (_endorsedBy[organisation][intent.record][intent.endorser]) endorsedTwice = true;
        _endorsedBy[organisation][intent.record][intent.endorser] = true;
        endorsed[organisation][intent.record]++;
    }

    function erase(uint8 place, uint8[2] calldata custodians, uint8[2] calldata signers, bool one) external {
        IRecords.Approval[] memory approvals = new IRecords.Approval[](one ? 1 : 2);
        for (uint256 i = 0; i < approvals.length; i++) {
            approvals[i] = IRecords.Approval(_member(custodians[i]), _signErasure(_key(signers[i]), record(place)));
        }
        bytes memory data = abi.encodeCall(IRecords.erase, (record(place), approvals));
        if (!_send(address(this), address(records), data)) return;
        bool right = !one && _member(custodians[0]) != _member(custodians[1])
            && _member(custodians[0]) == _member(signers[0]) && _member(custodians[1]) == _member(signers[1]);
        if (!right) erasedByTooFew = true;
        if (erased[record(place)]) cameBack = true;
        erased[record(place)] = true;
    }

    function _by(uint8 signer, bool byCall, bytes memory data) private returns (bool) {
        return _send(byCall ? vm.addr(_key(signer)) : address(this), address(records), data);
    }

    function _observed() internal view override returns (bytes32 digest) {
        for (uint8 author = 0; author < 2; author++) {
            digest = keccak256(abi.encode(digest, records.lastSequence(_author(author))));
            for (uint256 i = 0; i < RECORDS; i++) {
                digest = keccak256(abi.encode(digest, records.statusOf(_author(author), record(i))));
            }
        }
    }

    function _inclusion(bytes32 organisation, uint256 place, uint256 which)
        private
        view
        returns (bytes32 label, IRecords.Inclusion memory)
    {
        IRecords.AnchorBatch memory batch = _anchored[organisation][which % _anchored[organisation].length];
        place %= RECORDS;
        return (
            _label(organisation, batch.sequence, place),
            IRecords.Inclusion({
                sequence: batch.sequence,
                root: batch.root,
                count: batch.count,
                manifest: batch.manifest,
                index: uint32(place),
                path: MerkleTree.path(_leaves(organisation, batch.sequence), place)
            })
        );
    }

    function _leaves(bytes32 organisation, uint64 sequence) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](RECORDS);
        for (uint256 i = 0; i < RECORDS; i++) {
            bytes32 label = _label(organisation, sequence, i);
            leaves[i] = sha256(abi.encodePacked(bytes1(0x00), record(i), label, organisation));
        }
    }

    function _label(bytes32 organisation, uint64 sequence, uint256 place) private pure returns (bytes32) {
        return keccak256(abi.encode("label", organisation, sequence, place));
    }

    function _named() private pure returns (bytes32[] memory list) {
        list = new bytes32[](3);
        (list[0], list[1], list[2]) = (NORTH, SOUTH, LAB);
    }

    function _author(uint8 seed) private pure returns (bytes32) {
        return seed % 2 == 0 ? NORTH : SOUTH;
    }

    function _member(uint8 seed) private pure returns (bytes32) {
        return seed % 3 == 0 ? NORTH : seed % 3 == 1 ? SOUTH : LAB;
    }

    function _key(uint8 seed) private pure returns (uint256) {
        return seed % 3 == 0 ? NORTH_KEY : seed % 3 == 1 ? SOUTH_KEY : LAB_KEY;
    }
}

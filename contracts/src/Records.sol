// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "./base/MemberIntents.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IRecords} from "./interfaces/IRecords.sol";
import {BatchAnchors} from "./records/BatchAnchors.sol";
import {placeIn} from "./lib/placeIn.sol";

contract Records is BatchAnchors {
    bytes32 private constant AMEND_RECORD =
        keccak256("AmendRecord(bytes32 organisation,bytes32 record,bytes32 successor)");
    bytes32 private constant RETRACT_RECORD = keccak256("RetractRecord(bytes32 organisation,bytes32 record)");
    bytes32 private constant NAME_ENDORSERS = keccak256(
        "NameEndorsers(bytes32 organisation,bytes32 record,bytes32 label,uint8 threshold,bytes32[] endorsers)"
    );
    bytes32 private constant ENDORSE_RECORD =
        keccak256("EndorseRecord(bytes32 endorser,bytes32 organisation,bytes32 record,bytes32 label)");
    bytes32 private constant ERASE_RECORD = keccak256("EraseRecord(bytes32 record)");
    uint256 private constant MAX_ENDORSERS = 16;

    /// @dev What is written often shares the first slot.
    /// @param endorsedBy A bit for each endorser, by its place in the list.
    /// @param endorsers Digest of the list: whoever endorses shows it, which costs less than to store and read it.
    struct Record {
        bool retracted;
        uint8 needed;
        uint8 endorsed;
        uint16 endorsedBy;
        bytes32 successor;
        bytes32 label;
        bytes32 endorsers;
    }

    mapping(bytes32 organisation => mapping(bytes32 id => Record)) private _records;
    mapping(bytes32 id => bool) private _erased;

    constructor(IMembers consortium_) MemberIntents(consortium_) {}

    /// @inheritdoc IRecords
    function amend(AmendRecord calldata intent, bytes32 label, Inclusion calldata inclusion, bytes calldata signature)
        external
    {
        address organisationSigner = _signerOf(intent.organisation);
        Record storage standing = _records[intent.organisation][intent.record];
        if (intent.successor == 0) revert EmptySuccessor();
        if (standing.successor == intent.successor) revert AlreadyAmended();
        if (standing.successor != 0) revert AmendConflict();
        if (standing.retracted) revert RetractedForEver();
        _requireIncluded(intent.organisation, intent.record, label, inclusion);
        _requireSigned(organisationSigner, keccak256(abi.encode(AMEND_RECORD, intent)), signature);
        standing.successor = intent.successor;
        emit RecordAmended(intent.organisation, intent.record, intent.successor);
    }

    /// @inheritdoc IRecords
    function retract(
        RetractRecord calldata intent,
        bytes32 label,
        Inclusion calldata inclusion,
        bytes calldata signature
    ) external {
        address organisationSigner = _signerOf(intent.organisation);
        Record storage standing = _records[intent.organisation][intent.record];
        if (standing.retracted) revert AlreadyRetracted();
        _requireIncluded(intent.organisation, intent.record, label, inclusion);
        _requireSigned(organisationSigner, keccak256(abi.encode(RETRACT_RECORD, intent)), signature);
        standing.retracted = true;
        emit RecordRetracted(intent.organisation, intent.record);
    }

    /// @inheritdoc IRecords
    function nameEndorsers(NameEndorsers calldata intent, Inclusion calldata inclusion, bytes calldata signature)
        external
    {
        address organisationSigner = _signerOf(intent.organisation);
        Record storage standing = _records[intent.organisation][intent.record];
        bytes32 endorsers = keccak256(abi.encodePacked(intent.endorsers));
        if (standing.needed != 0) {
            bool same = standing.needed == intent.threshold && standing.label == intent.label
                && standing.endorsers == endorsers;
            if (same) revert AlreadyNamed();
            revert EndorsersConflict();
        }
        if (standing.retracted) revert RetractedForEver();
        _requireEndorsers(intent.threshold, intent.endorsers);
        _requireIncluded(intent.organisation, intent.record, intent.label, inclusion);
        bytes32 structHash = keccak256(
            abi.encode(NAME_ENDORSERS, intent.organisation, intent.record, intent.label, intent.threshold, endorsers)
        );
        _requireSigned(organisationSigner, structHash, signature);
        standing.needed = intent.threshold;
        standing.label = intent.label;
        standing.endorsers = endorsers;
        emit EndorsersNamed(intent.organisation, intent.record, intent.label, intent.threshold, intent.endorsers);
    }

    /// @inheritdoc IRecords
    function endorse(EndorseRecord calldata intent, bytes32[] calldata endorsers, bytes calldata signature) external {
        address endorserSigner = _signerOf(intent.endorser);
        Record storage standing = _records[intent.organisation][intent.record];
        uint8 needed = standing.needed;
        if (needed == 0) revert NoEndorsers();
        if (standing.label != intent.label || standing.endorsers != keccak256(abi.encodePacked(endorsers))) {
            revert EndorsersConflict();
        }
        uint256 place = placeIn(endorsers, intent.endorser);
        if (place == endorsers.length) revert NotEndorser(intent.endorser);
        uint16 endorsedBy = standing.endorsedBy;
        if ((endorsedBy >> place) & 1 == 1) revert AlreadyEndorsed();
        if (standing.retracted) revert RetractedForEver();
        _requireSigned(endorserSigner, keccak256(abi.encode(ENDORSE_RECORD, intent)), signature);
        uint8 count = standing.endorsed + 1;
        standing.endorsed = count;
        standing.endorsedBy = endorsedBy | (uint16(1) << uint16(place));
        emit RecordEndorsed(intent.organisation, intent.record, intent.endorser, intent.label, count);
        if (count == needed) emit RecordFinal(intent.organisation, intent.record, intent.label);
    }

    /// @inheritdoc IRecords
    function erase(bytes32 record, Approval[] calldata approvals) external {
        if (_erased[record]) revert AlreadyErased();
        (uint8 threshold, bytes32[] memory committee) = _consortium().custodians();
        if (threshold == 0) revert NoCommittee();
        if (approvals.length < threshold) revert TooFewApprovals(threshold, approvals.length);
        bytes32[] memory custodians = new bytes32[](approvals.length);
        bytes32 structHash = keccak256(abi.encode(ERASE_RECORD, record));
        for (uint256 i = 0; i < approvals.length; i++) {
            bytes32 custodian = approvals[i].custodian;
            if (placeIn(committee, custodian) == committee.length) revert NotCustodian(custodian);
            if (placeIn(custodians, custodian) != approvals.length) revert DuplicateMember(custodian);
            _requireSigned(_signerOf(custodian), structHash, approvals[i].signature);
            custodians[i] = custodian;
        }
        _erased[record] = true;
        emit RecordErased(record, custodians);
    }

    /// @inheritdoc IRecords
    function statusOf(bytes32 organisation, bytes32 record) external view returns (Status memory) {
        Record storage standing = _records[organisation][record];
        return Status({
            amended: standing.successor != 0,
            successor: standing.successor,
            retracted: standing.retracted,
            erased: _erased[record],
            isFinal: standing.needed != 0 && standing.endorsed >= standing.needed,
            endorsed: standing.endorsed,
            needed: standing.needed,
            label: standing.label
        });
    }

    /// @dev Lists are short, so that looking at all pairs costs less than a mapping.
    function _requireEndorsers(uint8 threshold, bytes32[] calldata endorsers) private pure {
        uint256 count = endorsers.length;
        if (threshold == 0 || threshold > count || count > MAX_ENDORSERS) revert BadEndorsement(threshold, count);
        for (uint256 i = 1; i < count; i++) {
            if (placeIn(endorsers[:i], endorsers[i]) != i) revert DuplicateMember(endorsers[i]);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";

/// @notice Anchors of records, one Merkle root for each batch of an organisation, and what became of single records.
/// @dev What an author says about a record stands under (author organisation, record id), because an organisation answers
/// for its own anchors alone: with another's record id it says nothing about that other's record. Erased stands under the
/// record id, because what custodians refuse to raise is the same point whoever anchored it.
interface IRecords is IMemberIntents {
    /// @param sequence 1, 2, 3, … for each organisation, without gaps.
    /// @param root RFC 6962 root over the batch's leaves; it fixes them and with them count and manifest.
    /// @param manifest SHA-256 of the batch's manifest.
    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding. So are those below.
    struct AnchorBatch {
        bytes32 organisation;
        uint64 sequence;
        bytes32 root;
        uint32 count;
        bytes32 manifest;
    }

    /// @param successor SHA-256 of a salt and the record that takes this one's place: who has both can tell, nobody else.
    struct AmendRecord {
        bytes32 organisation;
        bytes32 record;
        bytes32 successor;
    }

    struct RetractRecord {
        bytes32 organisation;
        bytes32 record;
    }

    /// @param label Digest of the record's header as it stands in the leaf: what is endorsed.
    /// @param threshold With how many endorsements the record counts as final.
    /// @param endorsers 1 to 16 organisations, each once; the author may be one of them.
    struct NameEndorsers {
        bytes32 organisation;
        bytes32 record;
        bytes32 label;
        uint8 threshold;
        bytes32[] endorsers;
    }

    struct EndorseRecord {
        bytes32 endorser;
        bytes32 organisation;
        bytes32 record;
        bytes32 label;
    }

    /// @notice Shows that a leaf SHA-256(0x00 ‖ record ‖ label ‖ organisation) is in an anchored batch of the organisation.
    /// @param sequence To `manifest`: the batch as it was anchored.
    /// @param index Place of the leaf, from 0.
    /// @param path RFC 6962 inclusion proof.
    struct Inclusion {
        uint64 sequence;
        bytes32 root;
        uint32 count;
        bytes32 manifest;
        uint32 index;
        bytes32[] path;
    }

    /// @param signature Empty when the custodian calls itself.
    struct Approval {
        bytes32 custodian;
        bytes signature;
    }

    /// @param successor Zero unless amended.
    /// @param isFinal Whether `endorsed` has reached `needed`, for the header with this `label`. A reader compares the label:
    /// of two leaves with one record id the organisation's first counts, and the ledger does not know which that is.
    /// @param needed Zero, as `label`, when no endorsers were named.
    struct Status {
        bool amended;
        bytes32 successor;
        bool retracted;
        bool erased;
        bool isFinal;
        uint8 endorsed;
        uint8 needed;
        bytes32 label;
    }

    event BatchAnchored(
        bytes32 indexed organisation, uint64 indexed sequence, bytes32 root, uint32 count, bytes32 manifest
    );
    event RecordAmended(bytes32 indexed organisation, bytes32 indexed record, bytes32 successor);
    event RecordRetracted(bytes32 indexed organisation, bytes32 indexed record);
    event EndorsersNamed(
        bytes32 indexed organisation, bytes32 indexed record, bytes32 label, uint8 threshold, bytes32[] endorsers
    );
    /// @param count Endorsements of the record with this one.
    event RecordEndorsed(
        bytes32 indexed organisation, bytes32 indexed record, bytes32 indexed endorser, bytes32 label, uint8 count
    );
    /// @notice The endorsement before this event was the one that reached the threshold.
    event RecordFinal(bytes32 indexed organisation, bytes32 indexed record, bytes32 label);
    /// @param custodians Those whose signatures were shown.
    event RecordErased(bytes32 indexed record, bytes32[] custodians);

    /// @notice This batch is anchored.
    error AlreadyAnchored();
    /// @notice Another batch is anchored under this number.
    error SequenceConflict(uint64 current);
    /// @notice The number is not the one after the organisation's last.
    error SequenceGap(uint64 current);
    /// @notice A batch has at least one record and a root.
    error EmptyBatch();
    /// @notice The organisation anchored no such batch.
    error UnknownBatch();
    /// @notice The batch has no such leaf at this place.
    error NotIncluded();
    /// @notice The record is amended by this successor.
    error AlreadyAmended();
    /// @notice The record is amended by another successor.
    error AmendConflict();
    /// @notice An amendment names a successor.
    error EmptySuccessor();
    /// @notice The record is retracted, as was asked.
    error AlreadyRetracted();
    /// @notice A retracted record is neither amended nor endorsed.
    error RetractedForEver();
    /// @notice Exactly these endorsers are named.
    error AlreadyNamed();
    /// @notice Others are named, or another label or threshold.
    error EndorsersConflict();
    /// @notice There are not 1 to 16 endorsers, or the threshold is not between 1 and their number.
    error BadEndorsement(uint8 threshold, uint256 endorsers);
    /// @notice No endorsers are named for the record.
    error NoEndorsers();
    /// @notice The organisation is not among those named.
    error NotEndorser(bytes32 organisation);
    /// @notice The organisation endorsed the record.
    error AlreadyEndorsed();
    /// @notice The record is erased, as was asked.
    error AlreadyErased();
    /// @notice No committee stands yet.
    error NoCommittee();
    /// @notice Fewer custodians signed than it takes to open a record.
    error TooFewApprovals(uint256 needed, uint256 given);
    /// @notice The organisation is no custodian of the standing committee.
    error NotCustodian(bytes32 organisation);
    /// @notice An organisation stands in the list twice.
    error DuplicateMember(bytes32 organisation);

    /// @notice Anchors the organisation's next batch.
    /// @dev AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest), signed by
    /// the organisation.
    function anchor(AnchorBatch calldata intent, bytes calldata signature) external;

    /// @notice Says once and for ever that another record takes this one's place.
    /// @dev AmendRecord(bytes32 organisation,bytes32 record,bytes32 successor), signed by the organisation that anchored it.
    function amend(
        AmendRecord calldata intent,
        bytes32 label,
        Inclusion calldata inclusion,
        bytes calldata signature
    ) external;

    /// @notice Takes a record back for ever, amended or not: what it says is not to be relied on.
    /// @dev RetractRecord(bytes32 organisation,bytes32 record), signed by the organisation that anchored it.
    function retract(
        RetractRecord calldata intent,
        bytes32 label,
        Inclusion calldata inclusion,
        bytes calldata signature
    ) external;

    /// @notice Names once and for ever who has to endorse the record, and how many of them make it final.
    /// @dev NameEndorsers(bytes32 organisation,bytes32 record,bytes32 label,uint8 threshold,bytes32[] endorsers), signed by
    /// the organisation that anchored it.
    function nameEndorsers(NameEndorsers calldata intent, Inclusion calldata inclusion, bytes calldata signature)
        external;

    /// @notice Endorses the record with this label.
    /// @param endorsers As they were named: the ledger keeps their digest alone.
    /// @dev EndorseRecord(bytes32 endorser,bytes32 organisation,bytes32 record,bytes32 label), signed by the endorser.
    function endorse(EndorseRecord calldata intent, bytes32[] calldata endorsers, bytes calldata signature) external;

    /// @notice Notes for ever that custodians, as many as open a record, will open this one no more.
    /// @dev EraseRecord(bytes32 record), signed by each of the custodians.
    function erase(bytes32 record, Approval[] calldata approvals) external;

    /// @notice Number of the organisation's last batch; 0 before the first.
    /// @dev Looks for it in O(log n) reads: for callers outside, not for contracts.
    function lastSequence(bytes32 organisation) external view returns (uint64);

    /// @notice Whether exactly this batch is anchored.
    function isAnchored(AnchorBatch calldata batch) external view returns (bool);

    function statusOf(bytes32 organisation, bytes32 record) external view returns (Status memory);
}

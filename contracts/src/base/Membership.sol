// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../interfaces/IConsortium.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {Pauses} from "./Pauses.sol";
import {Problem} from "./Problem.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {Versioned} from "./Versioned.sol";

// A status is one of four values that this contract alone sets: comparing it depends on no balance and no clock.
// slither-disable-start incorrect-equality
abstract contract Membership is IConsortium, SignedIntents, Versioned, Pauses {
    bytes32 private constant REQUEST_JOIN = keccak256(
        "RequestJoin(bytes32 id,uint8 kind,address signer,bytes32 keyCard,bool custodian,string name,string endpoint)"
    );
    bytes32 private constant SET_ENDPOINT =
        keccak256("SetEndpoint(bytes32 organisation,string endpoint,uint64 version)");
    uint8 private constant LAST_KIND = 7;
    uint256 private constant MAX_TEXT = 256;

    /// @dev The first slot is all that `authorise` reads of a member.
    /// @param since Time from which signer and key card stand.
    /// @param seat The member's bit in every count of votes; it stays, removed or not.
    struct Entry {
        address signer;
        Status status;
        uint8 kind;
        bool custodian;
        uint40 since;
        uint32 seat;
        bytes32 keyCard;
        uint64 endpointVersion;
        string name;
        string endpoint;
    }

    struct PastKey {
        address signer;
        uint40 since;
        bytes32 keyCard;
    }

    struct Counts {
        uint32 seats;
        uint32 active;
        uint32 activeCustodians;
    }

    mapping(bytes32 organisation => Entry) private _members;
    mapping(bytes32 organisation => PastKey[]) private _pastKeys;
    /// @dev Whose the key is or was.
    mapping(address signer => bytes32 organisation) private _holders;
    mapping(bytes32 request => bool) private _requests;
    /// @dev Seats of active members, 256 in each word.
    mapping(uint256 word => uint256) private _activeSeats;
    Counts private _counts;

    /// @inheritdoc IConsortium
    function requestJoin(NewMember memory entrant, bytes calldata signature) external {
        bytes32 request = keccak256(abi.encode(entrant));
        if (_requests[request]) revert AlreadyRequested();
        _requireNotPaused(address(this), msg.sig);
        Problem.raise(_problemOfEntrant(entrant));
        _requireSigned(entrant.signer, _hashOfRequest(entrant), signature);
        _requests[request] = true;
        emit JoinRequested(
            request,
            entrant.id,
            entrant.kind,
            entrant.signer,
            entrant.keyCard,
            entrant.custodian,
            entrant.name,
            entrant.endpoint
        );
    }

    /// @inheritdoc IConsortium
    function setEndpoint(bytes32 organisation, string calldata endpoint, uint64 version, bytes calldata signature)
        external
    {
        _requireNotPaused(address(this), msg.sig);
        address signer = _requireActive(organisation);
        Entry storage found = _members[organisation];
        uint64 current = found.endpointVersion;
        _requireNext(
            current, version, version == current && keccak256(bytes(endpoint)) == keccak256(bytes(found.endpoint))
        );
        if (!_isUrlText(bytes(endpoint))) revert BadEndpoint();
        _requireSigned(
            signer, keccak256(abi.encode(SET_ENDPOINT, organisation, keccak256(bytes(endpoint)), version)), signature
        );
        found.endpoint = endpoint;
        found.endpointVersion = version;
        emit EndpointSet(organisation, endpoint, version);
    }

    /// @inheritdoc IMembers
    function authorise(bytes32 organisation, bytes4 selector) external view returns (address signer) {
        signer = _requireActive(organisation);
        _requireNotPaused(msg.sender, selector);
    }

    /// @inheritdoc IMembers
    function signerOf(bytes32 organisation) external view returns (address) {
        return _members[organisation].signer;
    }

    /// @inheritdoc IMembers
    function wasSigner(bytes32 organisation, address signer) external view returns (bool) {
        return organisation != 0 && _holders[signer] == organisation;
    }

    /// @inheritdoc IMembers
    function isActive(bytes32 organisation) external view returns (bool) {
        return _isActive(organisation);
    }

    /// @inheritdoc IConsortium
    function isMember(bytes32 organisation) external view returns (bool) {
        Status status = _members[organisation].status;
        return status == Status.Active || status == Status.Suspended;
    }

    /// @inheritdoc IConsortium
    function isRequested(bytes32 request) external view returns (bool) {
        return _requests[request];
    }

    /// @inheritdoc IConsortium
    function member(bytes32 organisation) external view returns (Member memory) {
        Entry storage found = _members[organisation];
        if (found.status == Status.None) revert UnknownMember(organisation);
        return Member({
            kind: found.kind,
            signer: found.signer,
            keyCard: found.keyCard,
            custodian: found.custodian,
            name: found.name,
            endpoint: found.endpoint,
            endpointVersion: found.endpointVersion,
            status: found.status
        });
    }

    /// @inheritdoc IConsortium
    function signerAt(bytes32 organisation, uint64 time) external view returns (address signer, bytes32 keyCard) {
        Entry storage found = _members[organisation];
        if (found.status == Status.None) return (address(0), 0);
        if (time >= found.since) return (found.signer, found.keyCard);
        // Each rotation took a quorum, so that there are few: from the newest back is quick enough.
        PastKey[] storage past = _pastKeys[organisation];
        for (uint256 i = past.length; i > 0; i--) {
            if (time >= past[i - 1].since) return (past[i - 1].signer, past[i - 1].keyCard);
        }
        return (address(0), 0);
    }

    /// @dev Reverts unless the member may act; its signer.
    function _requireActive(bytes32 organisation) internal view returns (address signer) {
        Entry storage found = _members[organisation];
        Status status = found.status;
        signer = found.signer;
        if (status != Status.Active) {
            if (status == Status.None) revert UnknownMember(organisation);
            revert MemberNotActive(organisation);
        }
    }

    function _isActive(bytes32 organisation) internal view returns (bool) {
        return _members[organisation].status == Status.Active;
    }

    function _wasRequested(bytes32 request) internal view returns (bool) {
        return _requests[request];
    }

    function _isCustodian(bytes32 organisation) internal view returns (bool) {
        return _members[organisation].custodian;
    }

    /// @dev Reverts with UnknownMember. A seat is a word and a bit in it.
    function _seatOf(bytes32 organisation) internal view returns (uint256 word, uint256 bit) {
        Entry storage found = _members[organisation];
        if (found.status == Status.None) revert UnknownMember(organisation);
        return (found.seat >> 8, 1 << (found.seat & 0xff));
    }

    function _seatWords() internal view returns (uint256) {
        return (uint256(_counts.seats) + 255) >> 8;
    }

    function _activeSeatsOf(uint256 word) internal view returns (uint256) {
        return _activeSeats[word];
    }

    function _activeMembers() internal view returns (uint256) {
        return _counts.active;
    }

    function _activeCustodians() internal view returns (uint256) {
        return _counts.activeCustodians;
    }

    function _problemOfEntrant(NewMember memory entrant) internal view returns (bytes memory) {
        if (entrant.kind > LAST_KIND) return abi.encodeWithSelector(BadKind.selector, entrant.kind);
        if (entrant.id == 0 || entrant.signer == address(0)) {
            return abi.encodeWithSelector(IncompleteMember.selector, entrant.id);
        }
        if (_members[entrant.id].status != Status.None) {
            return abi.encodeWithSelector(MemberExists.selector, entrant.id);
        }
        if (_holders[entrant.signer] != 0) return abi.encodeWithSelector(SignerTaken.selector, entrant.signer);
        if (bytes(entrant.name).length == 0 || bytes(entrant.name).length > MAX_TEXT) {
            return abi.encodeWithSelector(BadName.selector);
        }
        if (!_isUrlText(bytes(entrant.endpoint))) return abi.encodeWithSelector(BadEndpoint.selector);
        return "";
    }

    /// @dev Rules that suspending (or removing) would break.
    function _problemOfLosing(bytes32 organisation, bool forEver) internal view returns (bytes memory) {
        Status status = _members[organisation].status;
        if (status == Status.Suspended && !forEver) {
            return abi.encodeWithSelector(MemberNotActive.selector, organisation);
        }
        return _problemOfStatus(status, organisation);
    }

    function _problemOfReinstating(bytes32 organisation) internal view returns (bytes memory) {
        Status status = _members[organisation].status;
        if (status == Status.Active) return abi.encodeWithSelector(MemberNotSuspended.selector, organisation);
        return _problemOfStatus(status, organisation);
    }

    function _problemOfRotating(bytes32 organisation, address signer) internal view returns (bytes memory) {
        if (_holders[signer] != 0) return abi.encodeWithSelector(SignerTaken.selector, signer);
        return _problemOfStatus(_members[organisation].status, organisation);
    }

    function _problemOfStatus(Status status, bytes32 organisation) private pure returns (bytes memory) {
        if (status == Status.None) return abi.encodeWithSelector(UnknownMember.selector, organisation);
        if (status == Status.Removed) return abi.encodeWithSelector(NoLongerMember.selector, organisation);
        return "";
    }

    function _admit(NewMember memory entrant) internal {
        uint32 seat = _counts.seats++;
        Entry storage entry = _members[entrant.id];
        entry.signer = entrant.signer;
        entry.kind = entrant.kind;
        entry.custodian = entrant.custodian;
        entry.since = uint40(block.timestamp);
        entry.seat = seat;
        entry.keyCard = entrant.keyCard;
        entry.name = entrant.name;
        entry.endpoint = entrant.endpoint;
        _holders[entrant.signer] = entrant.id;
        _setActive(entry, Status.Active);
        emit MemberAdmitted(
            entrant.id, entrant.kind, entrant.signer, entrant.keyCard, entrant.custodian, entrant.name, entrant.endpoint
        );
    }

    function _suspend(bytes32 organisation) internal {
        _setActive(_members[organisation], Status.Suspended);
        emit MemberSuspended(organisation);
    }

    function _reinstate(bytes32 organisation) internal {
        _setActive(_members[organisation], Status.Active);
        emit MemberReinstated(organisation);
    }

    function _remove(bytes32 organisation) internal {
        _setActive(_members[organisation], Status.Removed);
        emit MemberRemoved(organisation);
    }

    function _rotateKey(bytes32 organisation, address signer, bytes32 keyCard) internal {
        Entry storage entry = _members[organisation];
        _pastKeys[organisation].push(PastKey(entry.signer, entry.since, entry.keyCard));
        entry.signer = signer;
        entry.since = uint40(block.timestamp);
        entry.keyCard = keyCard;
        _holders[signer] = organisation;
        emit MemberKeyRotated(organisation, signer, keyCard);
    }

    /// @dev Keeps status, seats and counts together.
    function _setActive(Entry storage entry, Status status) private {
        bool was = entry.status == Status.Active;
        bool becomes = status == Status.Active;
        entry.status = status;
        if (was == becomes) return;
        _activeSeats[entry.seat >> 8] ^= 1 << (entry.seat & 0xff);
        if (becomes) {
            _counts.active++;
            if (entry.custodian) _counts.activeCustodians++;
        } else {
            _counts.active--;
            if (entry.custodian) _counts.activeCustodians--;
        }
    }

    function _hashOfRequest(NewMember memory entrant) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REQUEST_JOIN,
                entrant.id,
                entrant.kind,
                entrant.signer,
                entrant.keyCard,
                entrant.custodian,
                keccak256(bytes(entrant.name)),
                keccak256(bytes(entrant.endpoint))
            )
        );
    }

    /// @dev What a member writes is read by all nodes, so it is bounded here and not by each reader.
    function _isUrlText(bytes memory text) private pure returns (bool) {
        if (text.length == 0 || text.length > MAX_TEXT) return false;
        for (uint256 i = 0; i < text.length; i++) {
            if (text[i] <= 0x20 || text[i] >= 0x7f) return false;
        }
        return true;
    }
}
// slither-disable-end incorrect-equality

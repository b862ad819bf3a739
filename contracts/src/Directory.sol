// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberIntents} from "./base/MemberIntents.sol";
import {Versioned} from "./base/Versioned.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IMembers} from "./interfaces/IMembers.sol";

contract Directory is IDirectory, MemberIntents, Versioned {
    bytes32 private constant SET_ACTOR = keccak256(
        "SetActor(bytes32 organisation,bytes32 actor,uint8 role,address signer,bytes32 keyCard,bool active,uint64 version)"
    );
    uint8 private constant LAST_ROLE = 2;

    /// @dev Two slots. Versions follow one by one, so that 40 bits of them are never used up.
    /// @param since Time from which it stands.
    struct Version {
        address signer;
        uint8 role;
        bool active;
        uint40 number;
        uint40 since;
        bytes32 keyCard;
    }

    struct Entry {
        bytes32 organisation;
        Version standing;
    }

    mapping(bytes32 id => Entry) private _actors;
    /// @dev Those that were replaced.
    mapping(bytes32 id => mapping(uint256 number => Version)) private _past;

    constructor(IMembers consortium_) MemberIntents(consortium_) {}

    /// @inheritdoc IDirectory
    function setActor(SetActor calldata intent, bytes calldata signature) external {
        address organisationSigner = _signerOf(intent.organisation);
        Entry storage entry = _actors[intent.actor];
        Version memory standing = entry.standing;
        if (standing.number != 0 && entry.organisation != intent.organisation) revert ActorOfAnother(intent.actor);
        _requireNext(standing.number, intent.version, intent.version == standing.number && _isSame(standing, intent));
        if (intent.role > LAST_ROLE) revert BadRole(intent.role);
        if (intent.signer == address(0)) revert IncompleteActor(intent.actor);
        _requireSigned(organisationSigner, keccak256(abi.encode(SET_ACTOR, intent)), signature);
        if (standing.number == 0) entry.organisation = intent.organisation;
        else _past[intent.actor][standing.number] = standing;
        entry.standing = Version({
            signer: intent.signer,
            role: intent.role,
            active: intent.active,
            number: uint40(intent.version),
            since: uint40(block.timestamp),
            keyCard: intent.keyCard
        });
        emit ActorSet(
            intent.organisation, intent.actor, intent.role, intent.signer, intent.keyCard, intent.active, intent.version
        );
    }

    /// @inheritdoc IDirectory
    function actor(bytes32 id) external view returns (Actor memory) {
        Entry storage entry = _actors[id];
        return _actorOf(entry.organisation, entry.standing);
    }

    /// @inheritdoc IDirectory
    function actorAt(bytes32 id, uint64 time) external view returns (Actor memory) {
        Entry storage entry = _actors[id];
        Version storage standing = entry.standing;
        if (time >= standing.since) return _actorOf(entry.organisation, standing);
        // Versions up to `low` stood by then, those from `high` on did not.
        (uint256 low, uint256 high) = (0, standing.number);
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (time >= _past[id][middle].since) low = middle;
            else high = middle;
        }
        return _actorOf(low == 0 ? bytes32(0) : entry.organisation, _past[id][low]);
    }

    /// @inheritdoc IDirectory
    function isActive(bytes32 id) external view returns (bool) {
        Entry storage entry = _actors[id];
        return entry.standing.active && _consortium().isActive(entry.organisation);
    }

    /// @inheritdoc IDirectory
    function wasKeyCard(bytes32 id, bytes32 keyCard) external view returns (bool) {
        Version storage standing = _actors[id].standing;
        if (standing.number == 0) return false;
        if (standing.keyCard == keyCard) return true;
        for (uint256 number = standing.number - 1; number > 0; number--) {
            if (_past[id][number].keyCard == keyCard) return true;
        }
        return false;
    }

    function _actorOf(bytes32 organisation, Version memory version) private pure returns (Actor memory) {
        return Actor({
            organisation: organisation,
            role: version.role,
            signer: version.signer,
            keyCard: version.keyCard,
            active: version.active,
            version: version.number
        });
    }

    function _isSame(Version memory standing, SetActor calldata intent) private pure returns (bool) {
        return standing.role == intent.role && standing.signer == intent.signer && standing.keyCard == intent.keyCard
            && standing.active == intent.active;
    }
}

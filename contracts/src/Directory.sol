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

    mapping(bytes32 id => Actor) private _actors;

    constructor(IMembers consortium_) MemberIntents(consortium_) {}

    /// @inheritdoc IDirectory
    function setActor(SetActor calldata intent, bytes calldata signature) external {
        address organisationSigner = _signerOf(intent.organisation);
        Actor storage standing = _actors[intent.actor];
        uint64 current = standing.version;
        if (current != 0 && standing.organisation != intent.organisation) revert ActorOfAnother(intent.actor);
        _requireNext(current, intent.version, intent.version == current && _isSame(standing, intent));
        if (intent.role > LAST_ROLE) revert BadRole(intent.role);
        if (intent.signer == address(0)) revert IncompleteActor(intent.actor);
        _requireSigned(organisationSigner, keccak256(abi.encode(SET_ACTOR, intent)), signature);
        _actors[intent.actor] = Actor({
            organisation: intent.organisation,
            role: intent.role,
            signer: intent.signer,
            keyCard: intent.keyCard,
            active: intent.active,
            version: intent.version
        });
        emit ActorSet(
            intent.organisation, intent.actor, intent.role, intent.signer, intent.keyCard, intent.active, intent.version
        );
    }

    /// @inheritdoc IDirectory
    function actor(bytes32 id) external view returns (Actor memory) {
        return _actors[id];
    }

    function _isSame(Actor storage standing, SetActor calldata intent) private view returns (bool) {
        return standing.role == intent.role && standing.signer == intent.signer && standing.keyCard == intent.keyCard
            && standing.active == intent.active;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Practitioners, staff and devices of the members, with their keys, now and at any earlier time. Nothing about
/// patients.
interface IDirectory is IMemberIntents, IVersioned {
    /// @param role 0 practitioner, 1 staff, 2 device.
    /// @param keyCard Digest of the actor's key card.
    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding.
    struct SetActor {
        bytes32 organisation;
        bytes32 actor;
        uint8 role;
        address signer;
        bytes32 keyCard;
        bool active;
        uint64 version;
    }

    /// @param version 0 when there is no such actor.
    struct Actor {
        bytes32 organisation;
        uint8 role;
        address signer;
        bytes32 keyCard;
        bool active;
        uint64 version;
    }

    event ActorSet(
        bytes32 indexed organisation,
        bytes32 indexed actor,
        uint8 role,
        address signer,
        bytes32 keyCard,
        bool active,
        uint64 version
    );

    /// @notice The role is none of the three.
    error BadRole(uint8 role);
    /// @notice An actor needs a signer.
    error IncompleteActor(bytes32 actor);
    /// @notice The actor belongs to the organisation that set it first.
    error ActorOfAnother(bytes32 actor);

    /// @notice Adds an actor (version 1) or replaces its keys, role and state (the next version).
    /// @dev SetActor(bytes32 organisation,bytes32 actor,uint8 role,address signer,bytes32 keyCard,bool active,uint64 version),
    /// signed by the organisation.
    function setActor(SetActor calldata intent, bytes calldata signature) external;

    /// @notice The version that stands. Its `active` is the actor's own: see `isActive`.
    function actor(bytes32 id) external view returns (Actor memory);

    /// @notice The version that stood at this time (seconds), version 0 before the first; of several in one block the
    /// last. So "which key was valid then" has an answer. It says nothing about the organisation's own status.
    function actorAt(bytes32 id, uint64 time) external view returns (Actor memory);

    /// @notice Whether the actor may act now: it is active itself, and so is its organisation. A member that is suspended
    /// or removed suspends its actors by that, and reinstates them with itself.
    function isActive(bytes32 id) external view returns (bool);

    /// @notice Whether this was the actor's key card in any version, the standing one included.
    /// @dev Looks at version after version: for callers off the ledger, or at actors with few of them.
    function wasKeyCard(bytes32 id, bytes32 keyCard) external view returns (bool);
}

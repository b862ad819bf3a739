// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberIntents} from "./IMemberIntents.sol";
import {IVersioned} from "./IVersioned.sol";

/// @notice Practitioners, staff and devices of the members, with their keys. Nothing about patients.
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

    function actor(bytes32 id) external view returns (Actor memory);
}

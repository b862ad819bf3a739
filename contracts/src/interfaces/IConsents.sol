// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISignedIntents} from "./ISignedIntents.sol";

/// @notice Whether a consent is in force. Who gave which consent to whom stays off the ledger: a consent is a salted
/// commitment with a revoker key of its own, so that nothing here links two consents of one patient.
/// @dev Many: what one transaction carries belongs together for everyone who looks. A node puts the consents of many
/// patients into one call; a patient who is careful sends each alone, and through different nodes.
interface IConsents is ISignedIntents {
    enum Status {
        None,
        Registered,
        Revoked
    }

    /// @dev One item of `registerMany`. The signature's parts stand in fixed places: this costs less calldata than bytes.
    struct Registration {
        bytes32 commitment;
        address revoker;
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    /// @dev One item of `revokeMany`.
    struct Revocation {
        bytes32 consent;
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    event ConsentRegistered(bytes32 indexed consent);
    event ConsentRevoked(bytes32 indexed consent);
    /// @notice An item of a list changed nothing; the others count.
    /// @param reason Selector of the error with which the same intent reverts when it comes alone.
    event ConsentRefused(bytes32 indexed consent, bytes4 reason);

    /// @notice The consent is registered and in force.
    error AlreadyRegistered();
    /// @notice The consent is revoked, as was asked.
    error AlreadyRevoked();
    /// @notice A revoked consent never comes back.
    error RevokedForEver();
    /// @notice There is no such consent to revoke.
    error UnknownConsent();
    /// @notice The ledger's time is before the one that was asked for: what it will say then is open.
    error TimeNotReached(uint256 ledgerTime);

    /// @notice Registers the consent `consentId(revoker, commitment)`.
    /// @dev RegisterConsent(bytes32 commitment,address revoker), signed by the revoker.
    function register(bytes32 commitment, address revoker, bytes calldata signature) external;

    /// @notice Registers consents of many revokers. Each item leaves exactly one event, in their order; one that cannot
    /// take effect stops no other.
    /// @dev RegisterConsent(bytes32 commitment,address revoker) for each, signed by its revoker.
    /// @return reasons One for each item: zero when it took effect, else as in ConsentRefused.
    function registerMany(Registration[] calldata items) external returns (bytes4[] memory reasons);

    /// @notice Registers a consent whose revoker is the caller: as `register` with an empty signature, with less calldata.
    function registerOwn(bytes32 commitment) external;

    /// @notice Registers consents whose revoker is the caller, item for item as `registerMany`: the transaction's signature
    /// counts.
    function registerManyOwn(bytes32[] calldata commitments) external returns (bytes4[] memory reasons);

    /// @notice Ends a consent for ever.
    /// @dev RevokeConsent(bytes32 consent), signed by the revoker that it was registered with.
    function revoke(bytes32 consent, bytes calldata signature) external;

    /// @notice Ends consents of many revokers, item for item as `registerMany` registers them.
    /// @dev RevokeConsent(bytes32 consent) for each, signed by its revoker.
    function revokeMany(Revocation[] calldata items) external returns (bytes4[] memory reasons);

    /// @notice Ends consents whose revoker is the caller, item for item as `revokeMany`: the transaction's signature counts.
    function revokeManyOwn(bytes32[] calldata consents) external returns (bytes4[] memory reasons);

    function status(bytes32 consent) external view returns (Status);

    /// @notice What the status was at the end of the given second. In the present second it can still change.
    /// Reverts with TimeNotReached for a later one.
    /// @param time Seconds since 1970, as blocks count them.
    function statusAt(bytes32 consent, uint64 time) external view returns (Status);

    /// @notice keccak256(abi.encode(chain id, this contract, revoker, commitment)).
    function consentId(address revoker, bytes32 commitment) external view returns (bytes32);
}

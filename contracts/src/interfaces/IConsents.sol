// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISignedIntents} from "./ISignedIntents.sol";

/// @notice Whether a consent is in force. Who gave which consent to whom stays off the ledger.
interface IConsents is ISignedIntents {
    enum Status {
        None,
        Registered,
        Revoked
    }

    event ConsentRegistered(bytes32 indexed consent);
    event ConsentRevoked(bytes32 indexed consent);

    /// @notice The consent is registered and in force.
    error AlreadyRegistered();
    /// @notice The consent is revoked, as was asked.
    error AlreadyRevoked();
    /// @notice A revoked consent never comes back.
    error RevokedForEver();
    /// @notice There is no such consent to revoke.
    error UnknownConsent();

    /// @notice Registers the consent `consentId(revoker, commitment)`.
    /// @dev RegisterConsent(bytes32 commitment,address revoker), signed by the revoker.
    function register(bytes32 commitment, address revoker, bytes calldata signature) external;

    /// @notice Ends a consent for ever.
    /// @dev RevokeConsent(bytes32 consent), signed by the revoker that it was registered with.
    function revoke(bytes32 consent, bytes calldata signature) external;

    function status(bytes32 consent) external view returns (Status);

    /// @notice keccak256(abi.encode(chain id, this contract, revoker, commitment)).
    function consentId(address revoker, bytes32 commitment) external view returns (bytes32);
}

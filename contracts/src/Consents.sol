// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignedIntents} from "./base/SignedIntents.sol";
import {IConsents} from "./interfaces/IConsents.sol";

contract Consents is IConsents, SignedIntents {
    bytes32 private constant REGISTER_CONSENT = keccak256("RegisterConsent(bytes32 commitment,address revoker)");
    bytes32 private constant REVOKE_CONSENT = keccak256("RevokeConsent(bytes32 consent)");

    /// @dev One slot.
    struct Consent {
        address revoker;
        Status status;
    }

    mapping(bytes32 id => Consent) private _consents;

    /// @inheritdoc IConsents
    function register(bytes32 commitment, address revoker, bytes calldata signature) external {
        bytes32 id = consentId(revoker, commitment);
        Consent storage consent = _consents[id];
        if (consent.status == Status.Registered) revert AlreadyRegistered();
        if (consent.status == Status.Revoked) revert RevokedForEver();
        _requireSigned(revoker, keccak256(abi.encode(REGISTER_CONSENT, commitment, revoker)), signature);
        _consents[id] = Consent({revoker: revoker, status: Status.Registered});
        emit ConsentRegistered(id);
    }

    /// @inheritdoc IConsents
    function revoke(bytes32 id, bytes calldata signature) external {
        Consent memory consent = _consents[id];
        if (consent.status == Status.None) revert UnknownConsent();
        if (consent.status == Status.Revoked) revert AlreadyRevoked();
        _requireSigned(consent.revoker, keccak256(abi.encode(REVOKE_CONSENT, id)), signature);
        _consents[id] = Consent({revoker: consent.revoker, status: Status.Revoked});
        emit ConsentRevoked(id);
    }

    /// @inheritdoc IConsents
    function status(bytes32 id) external view returns (Status) {
        return _consents[id].status;
    }

    /// @inheritdoc IConsents
    function consentId(address revoker, bytes32 commitment) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), revoker, commitment));
    }
}

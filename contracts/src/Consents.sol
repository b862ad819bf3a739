// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignedIntents} from "./base/SignedIntents.sol";
import {IConsents} from "./interfaces/IConsents.sol";
import {ConsentSlot, registeredNow} from "./lib/ConsentSlot.sol";
import {Signature} from "./lib/Signature.sol";
import {keccakWords} from "./lib/keccakWords.sol";
import {revertWith} from "./lib/revertWith.sol";

contract Consents is IConsents, SignedIntents {
    bytes32 private constant REGISTER_CONSENT = keccak256("RegisterConsent(bytes32 commitment,address revoker)");
    bytes32 private constant REVOKE_CONSENT = keccak256("RevokeConsent(bytes32 consent)");

    mapping(bytes32 id => ConsentSlot) private _consents;

    /// @inheritdoc IConsents
    function register(bytes32 commitment, address revoker, bytes calldata signature) external {
        bytes32 id = consentId(revoker, commitment);
        revertWith(_whyNotRegister(id));
        _requireSigned(revoker, _registration(commitment, revoker), signature);
        _register(id, revoker);
    }

    /// @inheritdoc IConsents
    function registerMany(Registration[] calldata items) external returns (bytes4[] memory reasons) {
        reasons = new bytes4[](items.length);
        bytes32 domain = _domainSeparatorV4();
        for (uint256 i = 0; i < items.length; i++) {
            Registration calldata item = items[i];
            bytes32 id = consentId(item.revoker, item.commitment);
            bytes4 reason = _whyNotRegister(id);
            if (reason == 0) {
                bytes32 digest =
                    MessageHashUtils.toTypedDataHash(domain, _registration(item.commitment, item.revoker));
                if (Signature.isBy(item.revoker, digest, item.v, item.r, item.s)) _register(id, item.revoker);
                else reason = BadSignature.selector;
            }
            if (reason != 0) reasons[i] = _refuse(id, reason);
        }
    }

    /// @inheritdoc IConsents
    function registerOwn(bytes32 commitment) external {
        bytes32 id = consentId(msg.sender, commitment);
        revertWith(_whyNotRegister(id));
        _register(id, msg.sender);
    }

    /// @inheritdoc IConsents
    function registerManyOwn(bytes32[] calldata commitments) external returns (bytes4[] memory reasons) {
        reasons = new bytes4[](commitments.length);
        for (uint256 i = 0; i < commitments.length; i++) {
            bytes32 id = consentId(msg.sender, commitments[i]);
            bytes4 reason = _whyNotRegister(id);
            if (reason == 0) _register(id, msg.sender);
            else reasons[i] = _refuse(id, reason);
        }
    }

    /// @inheritdoc IConsents
    function revoke(bytes32 id, bytes calldata signature) external {
        ConsentSlot consent = _consents[id];
        revertWith(_whyNotRevoke(consent));
        _requireSigned(consent.revoker(), _revocation(id), signature);
        _revoke(id, consent);
    }

    /// @inheritdoc IConsents
    function revokeMany(Revocation[] calldata items) external returns (bytes4[] memory reasons) {
        reasons = new bytes4[](items.length);
        bytes32 domain = _domainSeparatorV4();
        for (uint256 i = 0; i < items.length; i++) {
            Revocation calldata item = items[i];
            ConsentSlot consent = _consents[item.consent];
            bytes4 reason = _whyNotRevoke(consent);
            if (reason == 0) {
                bytes32 digest = MessageHashUtils.toTypedDataHash(domain, _revocation(item.consent));
                if (Signature.isBy(consent.revoker(), digest, item.v, item.r, item.s)) _revoke(item.consent, consent);
                else reason = BadSignature.selector;
            }
            if (reason != 0) reasons[i] = _refuse(item.consent, reason);
        }
    }

    /// @inheritdoc IConsents
    function revokeManyOwn(bytes32[] calldata consents) external returns (bytes4[] memory reasons) {
        reasons = new bytes4[](consents.length);
        for (uint256 i = 0; i < consents.length; i++) {
            ConsentSlot consent = _consents[consents[i]];
            bytes4 reason = _whyNotRevoke(consent);
            if (reason == 0 && consent.revoker() != msg.sender) reason = BadSignature.selector;
            if (reason == 0) _revoke(consents[i], consent);
            else reasons[i] = _refuse(consents[i], reason);
        }
    }

    /// @inheritdoc IConsents
    function status(bytes32 id) external view returns (Status) {
        return _statusAt(_consents[id], block.timestamp);
    }

    /// @inheritdoc IConsents
    function statusAt(bytes32 id, uint64 time) external view returns (Status) {
        if (time > block.timestamp) revert TimeNotReached(block.timestamp);
        return _statusAt(_consents[id], time);
    }

    /// @inheritdoc IConsents
    function consentId(address revoker, bytes32 commitment) public view returns (bytes32) {
        return keccakWords(bytes32(block.chainid), _word(address(this)), _word(revoker), commitment);
    }

    function _register(bytes32 id, address revoker) private {
        _consents[id] = registeredNow(revoker);
        emit ConsentRegistered(id);
    }

    function _revoke(bytes32 id, ConsentSlot consent) private {
        _consents[id] = consent.revokedNow();
        emit ConsentRevoked(id);
    }

    function _refuse(bytes32 id, bytes4 reason) private returns (bytes4) {
        emit ConsentRefused(id, reason);
        return reason;
    }

    function _whyNotRegister(bytes32 id) private view returns (bytes4) {
        ConsentSlot consent = _consents[id];
        if (consent.revoker() == address(0)) return 0;
        return consent.revokedAt() == 0 ? AlreadyRegistered.selector : RevokedForEver.selector;
    }

    function _whyNotRevoke(ConsentSlot consent) private pure returns (bytes4) {
        if (consent.revoker() == address(0)) return UnknownConsent.selector;
        return consent.revokedAt() == 0 ? bytes4(0) : AlreadyRevoked.selector;
    }

    function _statusAt(ConsentSlot consent, uint256 time) private pure returns (Status) {
        if (consent.revoker() == address(0) || time < consent.registeredAt()) return Status.None;
        return consent.revokedAt() == 0 || time < consent.revokedAt() ? Status.Registered : Status.Revoked;
    }

    function _registration(bytes32 commitment, address revoker) private pure returns (bytes32) {
        return keccakWords(REGISTER_CONSENT, commitment, _word(revoker));
    }

    function _revocation(bytes32 id) private pure returns (bytes32) {
        return keccakWords(REVOKE_CONSENT, id);
    }

    function _word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}

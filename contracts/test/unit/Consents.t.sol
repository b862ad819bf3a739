// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

contract ConsentsTest is LedgerTest {
    event ConsentRegistered(bytes32 indexed consent);
    event ConsentRevoked(bytes32 indexed consent);

    uint256 private constant REVOKER_KEY = 0x5EC;
    bytes32 private constant COMMITMENT = keccak256("commitment");

    function _register(uint256 key, address revoker) private returns (bytes memory) {
        return _sign(
            key,
            address(consents),
            keccak256(abi.encode(keccak256("RegisterConsent(bytes32 commitment,address revoker)"), COMMITMENT, revoker))
        );
    }

    function _revoke(uint256 key, bytes32 id) private returns (bytes memory) {
        return _sign(key, address(consents), keccak256(abi.encode(keccak256("RevokeConsent(bytes32 consent)"), id)));
    }

    function test_registeredThenRevokedForEver() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes32 id = keccak256(abi.encode(block.chainid, address(consents), revoker, COMMITMENT));
        _equal(consents.consentId(revoker, COMMITMENT), id);
        _equal(uint256(consents.status(id)), uint256(IConsents.Status.None));
        bytes memory registration = _register(REVOKER_KEY, revoker);
        bytes memory revocation = _revoke(REVOKER_KEY, id);

        _expectError(IConsents.UnknownConsent.selector);
        consents.revoke(id, revocation);

        vm.expectEmit(true, false, false, true);
        emit ConsentRegistered(id);
        consents.register(COMMITMENT, revoker, registration);
        _equal(uint256(consents.status(id)), uint256(IConsents.Status.Registered));
        _expectError(IConsents.AlreadyRegistered.selector);
        consents.register(COMMITMENT, revoker, registration);

        vm.expectEmit(true, false, false, true);
        emit ConsentRevoked(id);
        consents.revoke(id, revocation);
        _equal(uint256(consents.status(id)), uint256(IConsents.Status.Revoked));
        _expectError(IConsents.AlreadyRevoked.selector);
        consents.revoke(id, revocation);
        _expectError(IConsents.RevokedForEver.selector);
        consents.register(COMMITMENT, revoker, registration);
    }

    function test_onlyTheRevokerRegistersAndRevokes() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes memory forged = _register(STRANGER_KEY, revoker);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.register(COMMITMENT, revoker, forged);
        consents.register(COMMITMENT, revoker, _register(REVOKER_KEY, revoker));
        bytes32 id = consents.consentId(revoker, COMMITMENT);
        bytes memory revocation = _revoke(STRANGER_KEY, id);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.revoke(id, revocation);
    }

    function test_nobodyRegistersForTheZeroAddress() public {
        _expectError(ISignedIntents.BadSignature.selector);
        consents.register(COMMITMENT, address(0), new bytes(65));
    }
}

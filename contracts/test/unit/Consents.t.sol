// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Cheats} from "../support/Cheats.sol";
import {Intents} from "../support/Intents.sol";

contract ConsentsTest is Intents {
    event ConsentRegistered(bytes32 indexed consent);
    event ConsentRevoked(bytes32 indexed consent);
    event ConsentRefused(bytes32 indexed consent, bytes4 reason);

    uint256 private constant REVOKER_KEY = 0x5EC;
    bytes32 private constant COMMITMENT = keccak256("commitment");

    function _status(bytes32 id, IConsents.Status expected) private view {
        _equal(uint256(consents.status(id)), uint256(expected));
    }

    function _statusAt(bytes32 id, uint64 time, IConsents.Status expected) private view {
        _equal(uint256(consents.statusAt(id, time)), uint256(expected));
    }

    function _registered(uint256 key) private returns (bytes32 id) {
        consents.register(COMMITMENT, vm.addr(key), _signRegistration(key, COMMITMENT, vm.addr(key)));
        return _consentId(key, COMMITMENT);
    }

    function test_registeredThenRevokedForEver() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes32 id = _consentId(REVOKER_KEY, COMMITMENT);
        _equal(consents.consentId(revoker, COMMITMENT), id);
        _status(id, IConsents.Status.None);
        bytes memory registration = _signRegistration(REVOKER_KEY, COMMITMENT, revoker);
        bytes memory revocation = _signRevocation(REVOKER_KEY, id);

        _expectError(IConsents.UnknownConsent.selector);
        consents.revoke(id, revocation);

        vm.expectEmit(true, false, false, true);
        emit ConsentRegistered(id);
        consents.register(COMMITMENT, revoker, registration);
        _status(id, IConsents.Status.Registered);
        _expectError(IConsents.AlreadyRegistered.selector);
        consents.register(COMMITMENT, revoker, registration);

        vm.expectEmit(true, false, false, true);
        emit ConsentRevoked(id);
        consents.revoke(id, revocation);
        _status(id, IConsents.Status.Revoked);
        _expectError(IConsents.AlreadyRevoked.selector);
        consents.revoke(id, revocation);
        _expectError(IConsents.RevokedForEver.selector);
        consents.register(COMMITMENT, revoker, registration);
    }

    function test_onlyTheRevokerRegistersAndRevokes() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes memory forged = _signRegistration(STRANGER_KEY, COMMITMENT, revoker);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.register(COMMITMENT, revoker, forged);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.register(COMMITMENT, revoker, "");
        bytes32 id = _registered(REVOKER_KEY);
        bytes memory revocation = _signRevocation(STRANGER_KEY, id);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.revoke(id, revocation);
        _expectError(ISignedIntents.BadSignature.selector);
        consents.revoke(id, "");
    }

    function test_nobodyRegistersForTheZeroAddress() public {
        _expectError(ISignedIntents.BadSignature.selector);
        consents.register(COMMITMENT, address(0), new bytes(65));
        IConsents.Registration[] memory items = new IConsents.Registration[](1);
        items[0].commitment = COMMITMENT;
        bytes4[] memory reasons = consents.registerMany(items);
        _equal(reasons[0], ISignedIntents.BadSignature.selector);
        _status(consents.consentId(address(0), COMMITMENT), IConsents.Status.None);
    }

    function test_theRevokerCallsItself() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes32 id = _consentId(REVOKER_KEY, COMMITMENT);
        vm.expectEmit(true, false, false, true);
        emit ConsentRegistered(id);
        vm.prank(revoker);
        consents.registerOwn(COMMITMENT);
        _status(id, IConsents.Status.Registered);
        _expectError(IConsents.AlreadyRegistered.selector);
        vm.prank(revoker);
        consents.registerOwn(COMMITMENT);
        vm.prank(revoker);
        consents.revoke(id, "");
        _status(id, IConsents.Status.Revoked);
        _expectError(IConsents.RevokedForEver.selector);
        vm.prank(revoker);
        consents.registerOwn(COMMITMENT);
    }

    function test_callersRegisterForThemselvesAlone() public {
        vm.prank(vm.addr(STRANGER_KEY));
        consents.registerOwn(COMMITMENT);
        _status(_consentId(STRANGER_KEY, COMMITMENT), IConsents.Status.Registered);
        _status(_consentId(REVOKER_KEY, COMMITMENT), IConsents.Status.None);
    }

    function test_statusAtATime() public {
        bytes32 id = _consentId(REVOKER_KEY, COMMITMENT);
        vm.warp(1000);
        _statusAt(id, 1000, IConsents.Status.None);
        _registered(REVOKER_KEY);
        vm.warp(2000);
        consents.revoke(id, _signRevocation(REVOKER_KEY, id));
        vm.warp(3000);
        _statusAt(id, 0, IConsents.Status.None);
        _statusAt(id, 999, IConsents.Status.None);
        _statusAt(id, 1000, IConsents.Status.Registered);
        _statusAt(id, 1999, IConsents.Status.Registered);
        _statusAt(id, 2000, IConsents.Status.Revoked);
        _statusAt(id, 3000, IConsents.Status.Revoked);
        _statusAt(keccak256("unknown"), 3000, IConsents.Status.None);
        _expectError(IConsents.TimeNotReached.selector, 3000);
        consents.statusAt(id, 3001);
    }

    function test_inOneSecondTheRevocationCounts() public {
        vm.warp(1000);
        bytes32 id = _registered(REVOKER_KEY);
        _statusAt(id, 1000, IConsents.Status.Registered);
        consents.revoke(id, _signRevocation(REVOKER_KEY, id));
        _statusAt(id, 1000, IConsents.Status.Revoked);
    }

    /// @dev One revoker, and four that stop nobody: one there already, one revoked, one signed by another, one twice.
    function test_registerMany() public {
        bytes32 standing = _registered(1);
        bytes32 revoked = _registered(2);
        consents.revoke(revoked, _signRevocation(2, revoked));
        IConsents.Registration[] memory items = new IConsents.Registration[](6);
        items[0] = _registration(1, COMMITMENT);
        items[1] = _registration(2, COMMITMENT);
        items[2] = _registration(3, COMMITMENT);
        items[2].r ^= bytes32(uint256(1));
        items[3] = _registration(4, COMMITMENT);
        items[4] = items[3];
        items[5] = _registration(5, COMMITMENT);

        bytes4[6] memory expected = [
            IConsents.AlreadyRegistered.selector,
            IConsents.RevokedForEver.selector,
            ISignedIntents.BadSignature.selector,
            bytes4(0),
            IConsents.AlreadyRegistered.selector,
            bytes4(0)
        ];
        cheats.recordLogs();
        bytes4[] memory reasons = consents.registerMany(items);
        Cheats.Log[] memory logs = cheats.getRecordedLogs();
        _equal(reasons.length, 6);
        _equal(logs.length, 6);
        for (uint256 i = 0; i < 6; i++) {
            _equal(reasons[i], expected[i]);
            _isEvent(logs[i], consents.consentId(items[i].revoker, COMMITMENT), expected[i], ConsentRegistered.selector);
        }
        _status(standing, IConsents.Status.Registered);
        _status(revoked, IConsents.Status.Revoked);
        _status(_consentId(3, COMMITMENT), IConsents.Status.None);
        _status(_consentId(4, COMMITMENT), IConsents.Status.Registered);
        _status(_consentId(5, COMMITMENT), IConsents.Status.Registered);
    }

    function test_revokeMany() public {
        bytes32 gone = _registered(1);
        consents.revoke(gone, _signRevocation(1, gone));
        IConsents.Revocation[] memory items = new IConsents.Revocation[](5);
        items[0] = _revocation(1, gone);
        items[1] = _revocation(2, _consentId(2, COMMITMENT));
        items[2] = _revocation(STRANGER_KEY, _registered(3));
        items[3] = _revocation(4, _registered(4));
        items[4] = _revocation(5, _registered(5));

        bytes4[5] memory expected = [
            IConsents.AlreadyRevoked.selector,
            IConsents.UnknownConsent.selector,
            ISignedIntents.BadSignature.selector,
            bytes4(0),
            bytes4(0)
        ];
        cheats.recordLogs();
        bytes4[] memory reasons = consents.revokeMany(items);
        Cheats.Log[] memory logs = cheats.getRecordedLogs();
        _equal(logs.length, 5);
        for (uint256 i = 0; i < 5; i++) {
            _equal(reasons[i], expected[i]);
            _isEvent(logs[i], items[i].consent, expected[i], ConsentRevoked.selector);
        }
        _status(_consentId(3, COMMITMENT), IConsents.Status.Registered);
        _status(_consentId(4, COMMITMENT), IConsents.Status.Revoked);
        _status(_consentId(5, COMMITMENT), IConsents.Status.Revoked);
    }

    function test_manyOfTheCaller() public {
        address revoker = vm.addr(REVOKER_KEY);
        bytes32[] memory commitments = new bytes32[](3);
        commitments[0] = COMMITMENT;
        commitments[1] = COMMITMENT;
        commitments[2] = keccak256("other");
        vm.prank(revoker);
        bytes4[] memory reasons = consents.registerManyOwn(commitments);
        _equal(reasons[0], bytes4(0));
        _equal(reasons[1], IConsents.AlreadyRegistered.selector);
        _equal(reasons[2], bytes4(0));

        bytes32[] memory ids = new bytes32[](5);
        ids[0] = _consentId(REVOKER_KEY, COMMITMENT);
        ids[1] = ids[0];
        ids[2] = _consentId(REVOKER_KEY, commitments[2]);
        ids[3] = _registered(STRANGER_KEY);
        ids[4] = keccak256("unknown");
        vm.prank(revoker);
        reasons = consents.revokeManyOwn(ids);
        _equal(reasons[0], bytes4(0));
        _equal(reasons[1], IConsents.AlreadyRevoked.selector);
        _equal(reasons[2], bytes4(0));
        _equal(reasons[3], ISignedIntents.BadSignature.selector);
        _equal(reasons[4], IConsents.UnknownConsent.selector);
        _status(ids[0], IConsents.Status.Revoked);
        _status(ids[2], IConsents.Status.Revoked);
        _status(ids[3], IConsents.Status.Registered);
        vm.prank(revoker);
        reasons = consents.registerManyOwn(commitments);
        _equal(reasons[0], IConsents.RevokedForEver.selector);
    }

    function _isEvent(Cheats.Log memory log, bytes32 id, bytes4 reason, bytes32 applied) private view {
        _equal(log.emitter, address(consents));
        _equal(log.topics[0], reason == 0 ? applied : ConsentRefused.selector);
        _equal(log.topics[1], id);
        _equal(keccak256(log.data), keccak256(reason == 0 ? bytes("") : abi.encode(reason)));
    }
}

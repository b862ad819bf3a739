// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {Intents} from "../support/Intents.sol";

/// @dev What a transaction costs with everything: its own 21,000, calldata, cold storage.
/// forge-config: default.isolate = true
contract ConsentsGas is Intents {
    uint256 private constant KEY = 0x5EC;
    uint256 private constant MANY = 100;

    function _commitments() private pure returns (bytes32[] memory commitments) {
        commitments = new bytes32[](MANY);
        for (uint256 i = 0; i < MANY; i++) {
            commitments[i] = keccak256(abi.encode("commitment", i));
        }
    }

    function _registrations() private returns (IConsents.Registration[] memory items) {
        items = new IConsents.Registration[](MANY);
        bytes32[] memory commitments = _commitments();
        for (uint256 i = 0; i < MANY; i++) {
            items[i] = _registration(KEY + i, commitments[i]);
        }
    }

    function test_one() public {
        bytes32 commitment = _commitments()[0];
        address revoker = vm.addr(KEY);
        bytes32 id = _consentId(KEY, commitment);
        bytes memory signature = _signRegistration(KEY, commitment, revoker);
        consents.register(commitment, revoker, signature);
        cheats.snapshotGasLastCall("Consents", "register, signed");
        signature = _signRevocation(KEY, id);
        consents.revoke(id, signature);
        cheats.snapshotGasLastCall("Consents", "revoke, signed");
    }

    function test_own() public {
        bytes32 commitment = _commitments()[0];
        address revoker = vm.addr(KEY);
        bytes32 id = _consentId(KEY, commitment);
        vm.prank(revoker);
        consents.registerOwn(commitment);
        cheats.snapshotGasLastCall("Consents", "register, direct");
        vm.prank(revoker);
        consents.revoke(id, "");
        cheats.snapshotGasLastCall("Consents", "revoke, direct");
    }

    function test_many() public {
        IConsents.Registration[] memory items = _registrations();
        consents.registerMany(items);
        cheats.snapshotGasLastCall("Consents", "register 100, signed");
        IConsents.Revocation[] memory revocations = new IConsents.Revocation[](MANY);
        for (uint256 i = 0; i < MANY; i++) {
            revocations[i] = _revocation(KEY + i, _consentId(KEY + i, items[i].commitment));
        }
        consents.revokeMany(revocations);
        cheats.snapshotGasLastCall("Consents", "revoke 100, signed");
    }

    function test_manyOwn() public {
        bytes32[] memory commitments = _commitments();
        address revoker = vm.addr(KEY);
        vm.prank(revoker);
        consents.registerManyOwn(commitments);
        cheats.snapshotGasLastCall("Consents", "register 100, direct");
        bytes32[] memory ids = new bytes32[](MANY);
        for (uint256 i = 0; i < MANY; i++) {
            ids[i] = _consentId(KEY, commitments[i]);
        }
        vm.prank(revoker);
        consents.revokeManyOwn(ids);
        cheats.snapshotGasLastCall("Consents", "revoke 100, direct");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {Intents} from "../support/Intents.sol";

/// @dev A list does what its items do one by one.
contract ConsentListsFuzz is Intents {
    uint256 private constant COUNT = 4;
    bytes32 private constant COMMITMENT = keccak256("commitment");

    function testFuzz_onlyWhatIsSignedTakesEffect(uint8[4] calldata keys, uint8[4] calldata signers, uint16 bit)
        public
    {
        IConsents.Registration[] memory items = new IConsents.Registration[](COUNT);
        for (uint256 i = 0; i < COUNT; i++) {
            items[i] = _registration(_key(keys[i]), COMMITMENT);
            bytes memory signature = _signRegistration(_key(signers[i]), COMMITMENT, items[i].revoker);
            (items[i].r, items[i].s, items[i].v) = _parts(signature);
        }
        items[bit % COUNT].s ^= bytes32(uint256(1) << (bit % 256));
        bytes4[] memory reasons = consents.registerMany(items);
        for (uint256 i = 0; i < COUNT; i++) {
            bool signed = _key(keys[i]) == _key(signers[i]) && i != bit % COUNT;
            bytes32 id = _consentId(_key(keys[i]), COMMITMENT);
            if (reasons[i] == 0) _true(signed);
            else if (signed) _equal(reasons[i], IConsents.AlreadyRegistered.selector);
            if (signed) _true(consents.status(id) == IConsents.Status.Registered);
        }
    }

    function testFuzz_onlyTheRevokersRevocationsTakeEffect(uint8[4] calldata keys, uint8[4] calldata signers) public {
        IConsents.Revocation[] memory items = new IConsents.Revocation[](COUNT);
        for (uint256 i = 0; i < COUNT; i++) {
            bytes32 commitment = keccak256(abi.encode(i));
            vm.prank(vm.addr(_key(keys[i])));
            consents.registerOwn(commitment);
            items[i] = _revocation(_key(signers[i]), _consentId(_key(keys[i]), commitment));
        }
        bytes4[] memory reasons = consents.revokeMany(items);
        for (uint256 i = 0; i < COUNT; i++) {
            bool right = _key(keys[i]) == _key(signers[i]);
            _equal(reasons[i], right ? bytes4(0) : ISignedIntents.BadSignature.selector);
            _true(consents.status(items[i].consent) == (right ? IConsents.Status.Revoked : IConsents.Status.Registered));
        }
    }

    function testFuzz_theStatusAtEachTime(uint32 registered, uint32 until, uint32 time) public {
        uint256 from = uint256(registered) + 1;
        uint256 to = from + until;
        vm.warp(from);
        vm.prank(vm.addr(1));
        consents.registerOwn(COMMITMENT);
        bytes32 id = _consentId(1, COMMITMENT);
        vm.warp(to);
        vm.prank(vm.addr(1));
        consents.revoke(id, "");
        vm.warp(to + type(uint32).max);
        IConsents.Status expected =
            time < from ? IConsents.Status.None : time < to ? IConsents.Status.Registered : IConsents.Status.Revoked;
        _true(consents.statusAt(id, time) == expected);
    }

    function _key(uint8 seed) private pure returns (uint256) {
        return 0x5EC + (seed % 3);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consents} from "../../src/Consents.sol";
import {IConsents} from "../../src/interfaces/IConsents.sol";
import {Handler} from "./Handler.sol";

contract ConsentsHandler is Handler {
    uint256 private constant KEYS = 3;
    uint256 private constant COMMITMENTS = 2;

    /// @dev When the right signer first asked; 0: never.
    mapping(bytes32 id => uint256) public registeredAt;
    mapping(bytes32 id => uint256) public revokedAt;

    function setUp() public override {
        consents = new Consents();
        vm.warp(1_000_000);
    }

    function ledger() external view returns (Consents) {
        return consents;
    }

    function ids() public returns (bytes32[] memory all) {
        all = new bytes32[](KEYS * COMMITMENTS);
        for (uint256 i = 0; i < all.length; i++) {
            all[i] = _id(i / COMMITMENTS, i % COMMITMENTS);
        }
    }

    function register(uint256 revoker, uint256 signer, uint256 commitment) external {
        address account = vm.addr(_key(revoker));
        bytes memory signature = _signRegistration(_key(signer), _commitment(commitment), account);
        _call(address(this), abi.encodeCall(IConsents.register, (_commitment(commitment), account, signature)));
        if (_key(signer) == _key(revoker)) _registered(_id(revoker, commitment));
    }

    function registerOwn(uint256 caller, uint256 commitment) external {
        _call(vm.addr(_key(caller)), abi.encodeCall(IConsents.registerOwn, (_commitment(commitment))));
        _registered(_id(caller, commitment));
    }

    function registerMany(uint256[3] calldata revokers, uint256[3] calldata signers, uint256 commitment) external {
        IConsents.Registration[] memory items = new IConsents.Registration[](3);
        for (uint256 i = 0; i < 3; i++) {
            items[i].commitment = _commitment(commitment);
            items[i].revoker = vm.addr(_key(revokers[i]));
            (items[i].r, items[i].s, items[i].v) =
                _parts(_signRegistration(_key(signers[i]), items[i].commitment, items[i].revoker));
        }
        _callList(address(this), abi.encodeCall(IConsents.registerMany, (items)));
        for (uint256 i = 0; i < 3; i++) {
            if (_key(signers[i]) == _key(revokers[i])) _registered(_id(revokers[i], commitment));
        }
    }

    function registerManyOwn(uint256 caller, uint256[2] calldata commitments) external {
        bytes32[] memory list = new bytes32[](2);
        list[0] = _commitment(commitments[0]);
        list[1] = _commitment(commitments[1]);
        _callList(vm.addr(_key(caller)), abi.encodeCall(IConsents.registerManyOwn, (list)));
        for (uint256 i = 0; i < 2; i++) {
            _registered(_id(caller, commitments[i]));
        }
    }

    function revoke(uint256 revoker, uint256 signer, uint256 commitment) external {
        bytes32 id = _id(revoker, commitment);
        _call(address(this), abi.encodeCall(IConsents.revoke, (id, _signRevocation(_key(signer), id))));
        if (_key(signer) == _key(revoker)) _revoked(id);
    }

    function revokeByCall(uint256 revoker, uint256 caller, uint256 commitment) external {
        bytes32 id = _id(revoker, commitment);
        _call(vm.addr(_key(caller)), abi.encodeCall(IConsents.revoke, (id, "")));
        if (_key(caller) == _key(revoker)) _revoked(id);
    }

    function revokeMany(uint256[2] calldata revokers, uint256[2] calldata signers, uint256 commitment) external {
        IConsents.Revocation[] memory items = new IConsents.Revocation[](2);
        for (uint256 i = 0; i < 2; i++) {
            items[i] = _revocation(_key(signers[i]), _id(revokers[i], commitment));
        }
        _callList(address(this), abi.encodeCall(IConsents.revokeMany, (items)));
        for (uint256 i = 0; i < 2; i++) {
            if (_key(signers[i]) == _key(revokers[i])) _revoked(items[i].consent);
        }
    }

    function revokeManyOwn(uint256 caller, uint256[2] calldata revokers, uint256 commitment) external {
        bytes32[] memory list = new bytes32[](2);
        list[0] = _id(revokers[0], commitment);
        list[1] = _id(revokers[1], commitment);
        _callList(vm.addr(_key(caller)), abi.encodeCall(IConsents.revokeManyOwn, (list)));
        for (uint256 i = 0; i < 2; i++) {
            if (_key(caller) == _key(revokers[i])) _revoked(list[i]);
        }
    }

    function wait(uint16 time) external {
        vm.warp(block.timestamp + time);
    }

    function _call(address sender, bytes memory data) private {
        _send(sender, address(consents), data);
    }

    function _callList(address sender, bytes memory data) private {
        _sendList(sender, address(consents), data);
    }

    function _registered(bytes32 id) private {
        if (registeredAt[id] == 0) registeredAt[id] = block.timestamp;
    }

    function _revoked(bytes32 id) private {
        if (registeredAt[id] != 0 && revokedAt[id] == 0) revokedAt[id] = block.timestamp;
    }

    /// @dev The words as they are stored: a replay may not even move a time.
    function _observed() internal override returns (bytes32 digest) {
        bytes32[] memory all = ids();
        for (uint256 i = 0; i < all.length; i++) {
            digest = keccak256(abi.encode(digest, vm.load(address(consents), keccak256(abi.encode(all[i], 2)))));
        }
    }

    function _key(uint256 seed) private pure returns (uint256) {
        return 0x5EC + (seed % KEYS);
    }

    function _commitment(uint256 seed) private pure returns (bytes32) {
        return keccak256(abi.encode("commitment", seed % COMMITMENTS));
    }

    function _id(uint256 revoker, uint256 commitment) private returns (bytes32) {
        return _consentId(_key(revoker), _commitment(commitment));
    }
}

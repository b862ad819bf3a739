// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Owners} from "../../src/Owners.sol";
import {IOwners} from "../../src/interfaces/IOwners.sol";
import {Handler} from "./Handler.sol";

/// @dev One segment, whose keys of generation 0 to 15 everyone has; an attacker uses any of them for any rotation.
contract OwnersHandler is Handler {
    uint256 private constant KEYS = 16;

    IOwners.Opening private _opening;
    bytes32 public segment;
    /// @dev The last rotation that the right key signed.
    uint64 public generation;
    address public owner;
    bytes32 public nextOwner;
    /// @dev Which key the standing digest is of.
    uint256 private _next = 1;
    bool public wrongKeyRotated;

    function setUp() public override {
        owners = new Owners();
        _opening = IOwners.Opening(vm.addr(_key(0)), _nextDigest(_key(1)), keccak256("kind"));
        segment = _segmentId(_opening);
    }

    function ledger() external view returns (Owners) {
        return owners;
    }

    function rotate(uint256 shown, uint256 signer, uint8 ahead, uint256 newOwner, uint256 newNext, bool byCall)
        external
    {
        uint64 next = generation + (ahead % 8 == 0 ? uint64(ahead % 3) * 2 : 1);
        _rotate(next, shown % 3 == 0 ? shown : _next, signer % 3 == 0 ? signer : _next, newOwner, newNext, byCall);
    }

    function _rotate(uint64 next, uint256 shown, uint256 signer, uint256 newOwner, uint256 newNext, bool byCall)
        private
    {
        IOwners.RotateOwner memory intent =
            IOwners.RotateOwner(segment, next, vm.addr(_key(newOwner)), _nextDigest(_key(newNext)));
        bytes memory signature = byCall ? bytes("") : _signRotation(_key(signer), intent);
        IOwners.PublicKey memory key = _publicKey(_key(shown));
        bytes memory data = generation == 0
            ? abi.encodeCall(IOwners.rotateFirst, (intent, key, _opening, signature))
            : abi.encodeCall(IOwners.rotate, (intent, key, signature));
        if (!_send(byCall ? vm.addr(_key(signer)) : address(this), address(owners), data)) return;
        bool right = _key(shown) == _key(_next) && _key(signer) == _key(_next) && next == generation + 1;
        if (!right) wrongKeyRotated = true;
        generation = next;
        owner = intent.newOwner;
        nextOwner = intent.newNextOwner;
        _next = newNext;
    }

    function _observed() internal view override returns (bytes32) {
        (address a, bytes32 b, uint64 c) = owners.ownerOf(segment);
        return keccak256(abi.encode(a, b, c));
    }

    function _key(uint256 seed) private pure returns (uint256) {
        return 0x0E0 + (seed % KEYS);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";
import {Consents} from "../../src/Consents.sol";
import {Consortium} from "../../src/Consortium.sol";
import {Directory} from "../../src/Directory.sol";
import {Owners} from "../../src/Owners.sol";
import {Receipts} from "../../src/Receipts.sol";
import {Records} from "../../src/Records.sol";
import {Relay} from "../../src/Relay.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";

/// @dev A ledger with three members: two custodians and one laboratory that is none. Digests are computed here from
/// the text of EIP-712, not with the code under test.
abstract contract LedgerTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    bool public constant IS_TEST = true;

    uint256 internal constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    uint256 internal constant NORTH_KEY = 0xA11CE;
    uint256 internal constant SOUTH_KEY = 0xB0B;
    uint256 internal constant LAB_KEY = 0xCAFE;
    uint256 internal constant STRANGER_KEY = 0xBAD;
    bytes32 internal constant NORTH = keccak256("north");
    bytes32 internal constant SOUTH = keccak256("south");
    bytes32 internal constant LAB = keccak256("lab");
    bytes32 internal constant NOBODY = keccak256("nobody");

    Consortium internal consortium;
    Directory internal directory;
    Consents internal consents;
    Records internal records;
    Receipts internal receipts;
    Relay internal relay;
    Owners internal owners;

    error Unequal(bytes32 actual, bytes32 expected);
    error Untrue();

    function setUp() public virtual {
        consortium = new Consortium(_genesis(), _parameters());
        directory = new Directory(consortium);
        consents = new Consents();
        records = new Records(consortium);
        receipts = new Receipts(consortium);
        relay = new Relay();
        owners = new Owners();
    }

    function _genesis() internal returns (IConsortium.NewMember[] memory genesis) {
        genesis = new IConsortium.NewMember[](3);
        genesis[0] = _newMember(NORTH, 0, vm.addr(NORTH_KEY), true, "North Hospital");
        genesis[1] = _newMember(SOUTH, 0, vm.addr(SOUTH_KEY), true, "South Hospital");
        genesis[2] = _newMember(LAB, 2, vm.addr(LAB_KEY), false, "Laboratory");
    }

    /// @dev More than half, two weeks, two members, a week.
    function _parameters() internal pure returns (IParameters.Parameters memory) {
        return IParameters.Parameters({quorum: 5_000, votingPeriod: 14 days, minimumMembers: 2, maxPause: 7 days});
    }

    function _newMember(bytes32 id, uint8 kind, address signer, bool custodian, string memory name)
        internal
        pure
        returns (IConsortium.NewMember memory)
    {
        return IConsortium.NewMember({
            id: id,
            kind: kind,
            signer: signer,
            keyCard: keccak256(abi.encode("card", id)),
            custodian: custodian,
            name: name,
            endpoint: "http://127.0.0.1:1"
        });
    }

    function _sign(uint256 key, address target, bytes32 structHash) internal returns (bytes memory) {
        return _signOn(block.chainid, key, target, structHash);
    }

    function _signOn(uint256 chain, uint256 key, address target, bytes32 structHash) internal returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Anamnesis"),
                keccak256("1"),
                chain,
                target
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    /// @dev The other signature that ecrecover takes for the same key and digest: n - s and the other v.
    function _malleate(bytes memory signature) internal pure returns (bytes memory) {
        bytes32 r;
        bytes32 s;
        assembly {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        uint8 v = uint8(signature[64]);
        return abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }

    function _expectError(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function _expectError(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _expectError(bytes4 selector, bytes32 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _equal(bytes32 actual, bytes32 expected) internal pure {
        if (actual != expected) revert Unequal(actual, expected);
    }

    function _equal(uint256 actual, uint256 expected) internal pure {
        _equal(bytes32(actual), bytes32(expected));
    }

    function _equal(address actual, address expected) internal pure {
        _equal(bytes32(uint256(uint160(actual))), bytes32(uint256(uint160(expected))));
    }

    function _equal(string memory actual, string memory expected) internal pure {
        _equal(keccak256(bytes(actual)), keccak256(bytes(expected)));
    }

    function _true(bool condition) internal pure {
        if (!condition) revert Untrue();
    }
}

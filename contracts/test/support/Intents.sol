// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOwners} from "../../src/interfaces/IOwners.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {IConsents} from "../../src/interfaces/IConsents.sol";
import {Cheats} from "./Cheats.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @dev Signed intents of patients, authors and custodians, field for field from the text of their types.
abstract contract Intents is LedgerTest {
    Cheats internal constant cheats = Cheats(address(vm));

    function _signRegistration(uint256 key, bytes32 commitment, address revoker) internal returns (bytes memory) {
        bytes32 typeHash = keccak256("RegisterConsent(bytes32 commitment,address revoker)");
        return _sign(key, address(consents), keccak256(abi.encode(typeHash, commitment, revoker)));
    }

    function _signRevocation(uint256 key, bytes32 consent) internal returns (bytes memory) {
        bytes32 typeHash = keccak256("RevokeConsent(bytes32 consent)");
        return _sign(key, address(consents), keccak256(abi.encode(typeHash, consent)));
    }

    function _registration(uint256 key, bytes32 commitment) internal returns (IConsents.Registration memory) {
        address revoker = vm.addr(key);
        (bytes32 r, bytes32 s, uint8 v) = _parts(_signRegistration(key, commitment, revoker));
        return IConsents.Registration({commitment: commitment, revoker: revoker, r: r, s: s, v: v});
    }

    function _revocation(uint256 key, bytes32 consent) internal returns (IConsents.Revocation memory) {
        (bytes32 r, bytes32 s, uint8 v) = _parts(_signRevocation(key, consent));
        return IConsents.Revocation({consent: consent, r: r, s: s, v: v});
    }

    function _consentId(uint256 key, bytes32 commitment) internal returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(consents), vm.addr(key), commitment));
    }

    function _signBatch(uint256 key, IRecords.AnchorBatch memory b) internal returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest)"
        );
        return _sign(
            key,
            address(records),
            keccak256(abi.encode(typeHash, b.organisation, b.sequence, b.root, b.count, b.manifest))
        );
    }

    function _signAmendment(uint256 key, IRecords.AmendRecord memory a) internal returns (bytes memory) {
        bytes32 typeHash = keccak256("AmendRecord(bytes32 organisation,bytes32 record,bytes32 successor)");
        return _sign(key, address(records), keccak256(abi.encode(typeHash, a.organisation, a.record, a.successor)));
    }

    function _signRetraction(uint256 key, IRecords.RetractRecord memory r) internal returns (bytes memory) {
        bytes32 typeHash = keccak256("RetractRecord(bytes32 organisation,bytes32 record)");
        return _sign(key, address(records), keccak256(abi.encode(typeHash, r.organisation, r.record)));
    }

    function _signNaming(uint256 key, IRecords.NameEndorsers memory n) internal returns (bytes memory) {
        bytes32 typeHash = keccak256(
            "NameEndorsers(bytes32 organisation,bytes32 record,bytes32 label,uint8 threshold,bytes32[] endorsers)"
        );
        bytes32 list = keccak256(abi.encodePacked(n.endorsers));
        return _sign(
            key,
            address(records),
            keccak256(abi.encode(typeHash, n.organisation, n.record, n.label, n.threshold, list))
        );
    }

    function _signEndorsement(uint256 key, IRecords.EndorseRecord memory e) internal returns (bytes memory) {
        bytes32 typeHash =
            keccak256("EndorseRecord(bytes32 endorser,bytes32 organisation,bytes32 record,bytes32 label)");
        return _sign(
            key, address(records), keccak256(abi.encode(typeHash, e.endorser, e.organisation, e.record, e.label))
        );
    }

    function _signErasure(uint256 key, bytes32 record) internal returns (bytes memory) {
        return _sign(
            key, address(records), keccak256(abi.encode(keccak256("EraseRecord(bytes32 record)"), record))
        );
    }

    function _signHead(uint256 key, IReceipts.AnchorLogHead memory h) internal returns (bytes memory) {
        bytes32 typeHash =
            keccak256("AnchorLogHead(bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint)");
        return _sign(
            key, address(receipts), keccak256(abi.encode(typeHash, h.organisation, h.size, h.root, h.checkpoint))
        );
    }

    function _signRotation(uint256 key, IOwners.RotateOwner memory r) internal returns (bytes memory) {
        bytes32 typeHash =
            keccak256("RotateOwner(bytes32 segment,uint64 generation,address newOwner,bytes32 newNextOwner)");
        return _sign(
            key, address(owners), keccak256(abi.encode(typeHash, r.segment, r.generation, r.newOwner, r.newNextOwner))
        );
    }

    function _publicKey(uint256 key) internal returns (IOwners.PublicKey memory) {
        Cheats.Wallet memory wallet = cheats.createWallet(key);
        return IOwners.PublicKey(wallet.publicKeyX, wallet.publicKeyY);
    }

    function _nextDigest(uint256 key) internal returns (bytes32) {
        IOwners.PublicKey memory point = _publicKey(key);
        return sha256(
            abi.encodePacked("anamnesis/next-owner/1", point.y % 2 == 0 ? bytes1(0x02) : bytes1(0x03), point.x)
        );
    }

    function _segmentId(IOwners.Opening memory opening) internal pure returns (bytes32) {
        return sha256(
            abi.encodePacked("anamnesis/segment-id/1", opening.owner, opening.nextOwner, opening.kind)
        );
    }

    /// @dev Where a file of vectors has its case of this number.
    function _case(uint256 number) internal pure returns (string memory) {
        return string.concat(".cases[", cheats.toString(number), "]");
    }

    function _parts(bytes memory signature) internal pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        v = uint8(signature[64]);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Records} from "../../src/Records.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {IConsents} from "../../src/interfaces/IConsents.sol";
import {Consents} from "../../src/Consents.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

/// @dev A signature counts for one signer, message, contract and chain, in one form.
contract SignaturesFuzz is LedgerTest {
    function _hash(IRecords.AnchorBatch memory b) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "AnchorBatch(bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest)"
                ),
                b.organisation,
                b.sequence,
                b.root,
                b.count,
                b.manifest
            )
        );
    }

    function _batch(bytes32 root, uint32 count, bytes32 manifest) private returns (IRecords.AnchorBatch memory) {
        vm.assume(root != 0 && count != 0);
        return IRecords.AnchorBatch(NORTH, 1, root, count, manifest);
    }

    function _key(uint256 seed) private pure returns (uint256) {
        return (seed % (ORDER - 1)) + 1;
    }

    function testFuzz_theOrganisationsSignatureCounts(bytes32 root, uint32 count, bytes32 manifest) public {
        IRecords.AnchorBatch memory batch = _batch(root, count, manifest);
        records.anchor(batch, _sign(NORTH_KEY, address(records), _hash(batch)));
        _true(records.isAnchored(batch));
    }

    function testFuzz_noOtherKey(uint256 seed, bytes32 root) public {
        uint256 key = _key(seed);
        vm.assume(key != NORTH_KEY);
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _sign(key, address(records), _hash(batch));
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noFlippedBit(bytes32 root, uint256 position) public {
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _sign(NORTH_KEY, address(records), _hash(batch));
        position %= 65 * 8;
        signature[position / 8] ^= bytes1(uint8(1 << (position % 8)));
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noOtherLength(bytes32 root, uint8 length) public {
        vm.assume(length != 65);
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory whole = _sign(NORTH_KEY, address(records), _hash(batch));
        bytes memory signature = new bytes(length);
        for (uint256 i = 0; i < length && i < 65; i++) {
            signature[i] = whole[i];
        }
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noHighS(bytes32 root) public {
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _malleate(_sign(NORTH_KEY, address(records), _hash(batch)));
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noOtherContract(bytes32 root, address other) public {
        vm.assume(other != address(records));
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _sign(NORTH_KEY, other, _hash(batch));
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noOtherChain(bytes32 root, uint64 chain) public {
        vm.assume(chain != block.chainid);
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _signOn(chain, NORTH_KEY, address(records), _hash(batch));
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    /// @dev A chain that forks under a new id: signatures of before stop counting there.
    function testFuzz_noReplayAfterAFork(bytes32 root, uint32 chain) public {
        vm.assume(chain != 0 && chain != block.chainid);
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _sign(NORTH_KEY, address(records), _hash(batch));
        vm.chainId(chain);
        _expectError(ISignedIntents.BadSignature.selector);
        records.anchor(batch, signature);
    }

    function testFuzz_noReplayOnATwin(bytes32 root) public {
        IRecords.AnchorBatch memory batch = _batch(root, 1, 0);
        bytes memory signature = _sign(NORTH_KEY, address(records), _hash(batch));
        Records twin = new Records(consortium);
        _expectError(ISignedIntents.BadSignature.selector);
        twin.anchor(batch, signature);
    }

    function testFuzz_sequencesHaveNoGaps(uint8 anchored, uint64 next) public {
        anchored %= 6;
        for (uint64 i = 1; i <= anchored; i++) {
            IRecords.AnchorBatch memory b = IRecords.AnchorBatch(NORTH, i, bytes32(uint256(i)), 1, 0);
            records.anchor(b, _sign(NORTH_KEY, address(records), _hash(b)));
        }
        vm.assume(next != anchored + 1);
        IRecords.AnchorBatch memory batch = IRecords.AnchorBatch(NORTH, next, keccak256("new"), 1, 0);
        bytes memory signature = _sign(NORTH_KEY, address(records), _hash(batch));
        _expectError(
            next > anchored ? IRecords.SequenceGap.selector : IRecords.SequenceConflict.selector, uint256(anchored)
        );
        records.anchor(batch, signature);
    }

    function testFuzz_aConsentCountsOnItsOwnContract(uint256 seed, bytes32 commitment) public {
        uint256 key = _key(seed);
        address revoker = vm.addr(key);
        bytes32 structHash = keccak256(
            abi.encode(keccak256("RegisterConsent(bytes32 commitment,address revoker)"), commitment, revoker)
        );
        bytes memory signature = _sign(key, address(consents), structHash);
        Consents twin = new Consents();
        _expectError(ISignedIntents.BadSignature.selector);
        twin.register(commitment, revoker, signature);
        consents.register(commitment, revoker, signature);
        bytes32 id = consents.consentId(revoker, commitment);
        _equal(uint256(consents.status(id)), uint256(IConsents.Status.Registered));
        _true(twin.consentId(revoker, commitment) != id);
    }
}

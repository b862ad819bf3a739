// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Signature} from "../lib/Signature.sol";

/// @dev Signatures that have to be right: those whose refusal reverts.
abstract contract SignedIntents is ISignedIntents, EIP712 {
    constructor() EIP712("Anamnesis", "1") {}

    /// @dev Reverts with BadSignature unless `signer`, which must not be zero, signed the struct for this contract, or
    /// calls itself: then its transaction's signature counts and this one is empty.
    function _requireSigned(address signer, bytes32 structHash, bytes calldata signature) internal view {
        if (signature.length == 0 && msg.sender == signer) return;
        if (signature.length != 65) revert BadSignature();
        bool signed = Signature.isBy(
            signer,
            _hashTypedDataV4(structHash),
            uint8(signature[64]),
            bytes32(signature[0:32]),
            bytes32(signature[32:64])
        );
        if (!signed) revert BadSignature();
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev Signatures whose refusal does not revert, or whose signer is not known before. One form, as in ISignedIntents:
/// s in the lower half, v 27 or 28.
library Signature {
    /// @dev No signature is of the zero address, which stands for bytes that are none.
    function isBy(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s) internal pure returns (bool) {
        // Every error comes with the zero address.
        // slither-disable-next-line unused-return
        (address recovered,,) = ECDSA.tryRecover(digest, v, r, s);
        return recovered == signer && recovered != address(0);
    }

    /// @dev Zero when these bytes are no signature.
    function signerOf(bytes32 digest, bytes calldata signature) internal pure returns (address) {
        if (signature.length != 65) return address(0);
        // Every error comes with the zero address.
        // slither-disable-next-line unused-return
        (address recovered,,) =
            ECDSA.tryRecover(digest, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
        return recovered;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What all contracts share that take intents: EIP-712 messages (name "Anamnesis", version "1", chain id,
/// this contract) with signatures of 65 bytes r ‖ s ‖ v, s in the lower half. Any account may bring one. The account that
/// would have to sign may also call directly, with an empty signature.
interface ISignedIntents {
    /// @notice The signature is malformed, or not of the one who must sign this intent here.
    error BadSignature();
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What all contracts share that take intents: EIP-712 messages (name "Anamnesis", version "1", chain id,
/// this contract) with signatures of 65 bytes r ‖ s ‖ v, s in the lower half. Nothing depends on `msg.sender`.
interface ISignedIntents {
    /// @notice The signature is malformed, or not of the one who must sign this intent here.
    error BadSignature();
}

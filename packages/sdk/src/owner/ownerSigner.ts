import { recoverAddress, sign } from "@anamnesis/core/crypto/secp256k1";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { type PatientKeys, segmentOf } from "../keys/patientKeys.ts";

/**
 * Signs in the name of a segment's owner: 65 bytes r ‖ s ‖ v over the EIP-712 digest of `data`. MUST resolve only with a signature that recovers to that owner, and MUST NOT
 * sign anything that was not asked of it.
 */
export type OwnerSigner = (kind: SegmentKind, data: TypedData) => Promise<Uint8Array>;

/**
 * Asks a person's wallet for the signature of one account over typed data: 65 bytes. What it gives is not believed. Rejects when the person turns it down or no wallet answers; nothing was signed
 * then.
 */
export type WalletSigner = (account: Address, data: TypedData) => Promise<Uint8Array>;

/** The device's own keys: what the root gives for each kind. */
export function deviceSigner({ root }: Pick<PatientKeys, "root">): OwnerSigner {
  return async (kind, data) => sign(typedDataDigest(data), ownerKeyOf(root, kind).secret);
}

/**
 * Signs as whoever owns each segment: a wallet where one does, else the device. Throws `unknown-segment`, and for a wallet `wallet-needed`, `wallet-not-owner` and what `wallet` throws.
 *
 * @param wallet absent where none can be asked.
 */
export function ownerSigner(keys: PatientKeys, wallet: WalletSigner | undefined): OwnerSigner {
  const device = deviceSigner(keys);
  return async (kind, data) => {
    const account = segmentOf(keys, kind).wallet?.account;
    if (account === undefined) return device(kind, data);
    if (wallet === undefined) throw walletNeeded();
    return signedByWallet(wallet, account, data);
  };
}

/** What the wallet signed, verified to be this account's. Throws `wallet-not-owner` and what `wallet` throws. */
export async function signedByWallet(
  wallet: WalletSigner,
  account: Address,
  data: TypedData,
): Promise<Uint8Array> {
  const signature = await wallet(account, data);
  if (signerOf(data, signature) !== account) throw notOwner();
  return signature;
}

function signerOf(data: TypedData, signature: Uint8Array): Address | null {
  try {
    return recoverAddress(typedDataDigest(data), signature);
  } catch {
    return null;
  }
}

function walletNeeded(): AnamnesisError<"wallet-needed"> {
  return new AnamnesisError({
    code: "wallet-needed",
    rule: "A wallet owns this part of the record, and signs what is permitted there.",
    fix: "Do it in the portal, in the browser that has the wallet; or let the device sign again, with the printed kit.",
  });
}

function notOwner(): AnamnesisError<"wallet-not-owner"> {
  return new AnamnesisError({
    code: "wallet-not-owner",
    rule: "What a wallet signs counts when the account that owns the records signed it with a key of its own.",
    fix: "Choose that account in the wallet. An account that is a contract signs in, and does not own records.",
  });
}

import { recoverAddress } from "@anamnesis/core/crypto/secp256k1";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { Address } from "@anamnesis/core/ids";
import { intentDigest, type LedgerIdentity, type SignedIntent } from "@anamnesis/core/ledger/intents";
import type { NodeKeys } from "../keystore/nodeKeys.ts";

interface SignedNow {
  readonly signed: SignedIntent;
  /** One of the signatures is this organisation's, by whichever of its keys. */
  readonly own: boolean;
}

/**
 * The intent with a signature of the keys in use wherever other keys of this organisation signed it: the ledger takes a member's
 * intent by its present key alone, and what waits was signed by the one that it had then.
 */
export function signedNow(
  keys: Pick<NodeKeys, "accounts" | "address" | "signDigest">,
  identity: LedgerIdentity,
  { intent, signatures }: SignedIntent,
): SignedNow {
  const digest = intentDigest(identity, intent);
  let own = false;
  const now = signatures.map((signature) => {
    const account = accountOf(digest, signature);
    if (account === null || !keys.accounts.has(account)) return signature;
    own = true;
    return account === keys.address ? signature : keys.signDigest(digest);
  });
  return { signed: { intent, signatures: now }, own };
}

/** `null` for what is no signature, which the ledger refuses. */
function accountOf(digest: Uint8Array, signature: Uint8Array): Address | null {
  try {
    return recoverAddress(digest, signature);
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    return null;
  }
}

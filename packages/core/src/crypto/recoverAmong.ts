import type { Address } from "../ids.ts";
import { pointBackend } from "./pointBackend.ts";
import { addressOf, recoverKey, signatureParts } from "./secp256k1.ts";

/** Accounts whose keys are remembered; a segment has a handful of authors. */
const MOST = 256;
/** A table takes as long as some ten signatures. */
const WORTH_A_TABLE = 12;

interface Known {
  readonly publicKey: Uint8Array;
  seen: number;
}

/** By account, the one not met for longest first. An account is the hash of its key: what is remembered cannot be wrong. */
const known = new Map<Address, Known>();

/**
 * The signer's address, as `recoverAddress` gives it, and several times as fast in JavaScript where it is one of a few that sign often: a
 * signature is verified under a known key in a fraction of the time in which a key is recovered.
 * @param likely who may have signed; the answer does not depend on it.
 * Throws `bad-length` (digest) and `bad-signature`; a high s (EIP-2) is refused.
 */
export function recoverAmong(digest: Uint8Array, signature: Uint8Array, likely: readonly Address[]): Address {
  const { rs, bit } = signatureParts(digest, signature);
  const backend = pointBackend();
  for (const address of likely) {
    const one = known.get(address);
    if (one === undefined || !backend.verify(digest, rs, bit, one.publicKey)) continue;
    remember(address, one);
    return address;
  }
  const publicKey = recoverKey(digest, signature);
  const address = addressOf(publicKey);
  // Only who is expected is worth a place: strangers' signatures must not push the others out.
  if (likely.includes(address)) remember(address, { publicKey, seen: 0 });
  return address;
}

function remember(address: Address, one: Known): void {
  one.seen += 1;
  if (one.seen === WORTH_A_TABLE) pointBackend().precompute(one.publicKey);
  known.delete(address);
  known.set(address, one);
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
}

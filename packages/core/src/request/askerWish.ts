import { fixedBytes, hash32, nullable, oneOf, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, Digest, OrganisationId, UnixSeconds } from "../ids.ts";
import { asker } from "./consentRequest.ts";

const body = defineFormat(
  "asker-wish-body",
  struct({
    /** `list`: what I asked here and what was said; `withdraw`: nobody is to answer this any more. */
    what: oneOf(["list", "withdraw"]),
    /** The one node for which it is meant. */
    audience: hash32<OrganisationId>(),
    requester: asker,
    /** Which one to withdraw; `null` with `list`. */
    request: nullable(hash32<Digest>()),
    /** First item wanted of a list, in the node's own order. */
    from: uint(),
    nonce: fixedBytes(32),
    time: uint<UnixSeconds>(2 ** 40),
  }),
  1024,
);

/** A requester's signed wish about the own requests at one node. */
export const askerWish = defineFormat("asker-wish", struct({ body, signature: fixedBytes(65) }), 1024);
export type AskerWish = Infer<typeof askerWish>;

/** What the requester's secp256k1 key signs, 32 bytes. */
export function askerWishDigest(value: AskerWish["body"]): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function askerWishSigner(value: AskerWish): Address | null {
  try {
    return recoverAddress(askerWishDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

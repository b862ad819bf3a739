import { fixedBytes, hash32, optional, struct, text, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { delegation } from "../consent/delegation.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, OrganisationId } from "../ids.ts";
import { segmentOpening } from "./segmentId.ts";

const body = defineFormat(
  "owner-login-body",
  struct({
    /** The organisation at whose node the login is under way. */
    audience: hash32<OrganisationId>(),
    /** Of that login, shown by its page: 32 bytes that nobody used before. */
    challenge: hash32(),
    /** The OAuth client that asks and the scopes for which it asks, so that a challenge that somebody else passed on opens nothing else than what its signer read. */
    client: text(128),
    scope: text(1000),
    /** Proves with whom the segment began: segments are in no directory. */
    opening: segmentOpening,
  }),
  4096,
);

/** A patient's word that it owns one segment and lets one program ask in its name at one node. */
export const ownerLogin = defineFormat(
  "owner-login",
  struct({
    body,
    signature: fixedBytes(65),
    /** By which the signer reads in the owner's place; absent when the owner signed. */
    delegation: optional(delegation),
  }),
  4096,
);
export type OwnerLogin = Infer<typeof ownerLogin>;

/** What the segment's owner key signs, 32 bytes. */
export function ownerLoginDigest(value: OwnerLogin["body"]): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. Whether it owns the segment is the ledger's to say. */
export function ownerLoginSigner(value: OwnerLogin): Address | null {
  try {
    return recoverAddress(ownerLoginDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

import { fixedBytes, hash32, oneOf, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { purpose } from "../consent/terms.ts";
import { segmentOpening } from "../segment/segmentId.ts";
import type { Address, OrganisationId, UnixSeconds } from "../ids.ts";
import { requester, shownAuthority } from "./releaseRequest.ts";

const body = defineFormat(
  "access-request-body",
  struct({
    /** `headers`: what is in the segment (owner or grantee). `receipts`: who has read, `purges`: what was received under a consent and deleted, `requests`: who asks for access, `corrections`: what the owner asked to be corrected (owner only). */
    what: oneOf(["headers", "receipts", "purges", "requests", "corrections"]),
    /** The one node for which it is meant. */
    audience: hash32<OrganisationId>(),
    requester,
    opening: segmentOpening,
    purpose,
    ...shownAuthority,
    /** First item wanted, in the node's own order. */
    from: uint(),
    nonce: fixedBytes(32),
    time: uint<UnixSeconds>(2 ** 40),
  }),
  65_536,
);

/** A signed wish to see what a node keeps about one segment; opens no record. */
export const accessRequest = defineFormat(
  "access-request",
  struct({ body, signature: fixedBytes(65) }),
  65_536,
);
export type AccessRequest = Infer<typeof accessRequest>;

/** What the requester's secp256k1 key signs, 32 bytes. */
export function accessRequestDigest(value: AccessRequest["body"]): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function accessRequestSigner(value: AccessRequest): Address | null {
  try {
    return recoverAddress(accessRequestDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

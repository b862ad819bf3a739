import { array, fixedBytes, hash32, nullable, struct, uint, type Infer } from "../encoding/codec.ts";
import { defineFormat } from "../encoding/format.ts";
import { fromHex } from "../encoding/bytes.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { consent } from "../consent/consent.ts";
import { delegation } from "../consent/delegation.ts";
import { action, purpose } from "../consent/terms.ts";
import type { ActorId, Address, Digest, OrganisationId, UnixSeconds } from "../ids.ts";
import { attributes } from "../record/attributes.ts";
import { header } from "../record/header.ts";
import { permit } from "../segment/permit.ts";
import { segmentOpening } from "../segment/segmentId.ts";

/** Most records of one request: what one shared proof and one receipt cover. */
export const MAX_RECORDS_PER_REQUEST = 128;

/** Who asks, as the directory knows it; an owner that asks for its own segment is in no directory and sends `null`. */
export const requester = nullable(
  struct({
    actor: hash32<ActorId>(),
    organisation: hash32<OrganisationId>(),
    keyCard: hash32<Digest>(),
  }),
);
export type Requester = Infer<typeof requester>;

/** What a requester shows for its request; an owner shows nothing. */
export const shownAuthority = {
  consent: nullable(consent),
  /** From which `consent` was passed on. */
  parent: nullable(consent),
  /** By which a proxy signed `consent`, or asks itself. */
  delegation: nullable(delegation),
} as const;
const shown = struct(shownAuthority);
export type ShownAuthority = Infer<typeof shown>;

/** Where the record's leaf stands: batch of its organisation, index in it, RFC 6962 inclusion path. */
export const anchorProof = struct({
  sequence: uint(),
  index: uint(2 ** 31),
  size: uint(2 ** 31),
  path: array(fixedBytes(32), 32),
});
export type AnchorProof = Infer<typeof anchorProof>;

const requestedRecord = struct({
  header,
  /** Opens the header's attribute commitment; K1 is never shown. */
  attributes,
  salt: fixedBytes(32),
  anchor: anchorProof,
});
export type RequestedRecord = Infer<typeof requestedRecord>;

export const releaseRequestBody = defineFormat(
  "release-request-body",
  struct({
    requester,
    opening: segmentOpening,
    action,
    purpose,
    ...shownAuthority,
    /** X-Wing public key made for this request: shares come back sealed to it. */
    replyKey: fixedBytes(1216),
    nonce: fixedBytes(32),
    time: uint<UnixSeconds>(2 ** 40),
    /** Every permit under which one of the records was written, once. */
    permits: array(permit, 64),
    records: array(requestedRecord, MAX_RECORDS_PER_REQUEST, 1),
  }),
  1_048_576,
);
export type ReleaseRequestBody = Infer<typeof releaseRequestBody>;

/** One signed request, the same bytes for each custodian. */
export const releaseRequest = defineFormat(
  "release-request",
  struct({ body: releaseRequestBody, signature: fixedBytes(65) }),
  1_048_576,
);
export type ReleaseRequest = Infer<typeof releaseRequest>;

/** What receipts and answers name, and what the requester's secp256k1 key signs; 32 bytes. */
export function releaseRequestDigest(body: ReleaseRequestBody): Digest {
  return releaseRequestBody.digest(body);
}

/** Account that signed; `null` when the signature is no signature. */
export function releaseRequestSigner(value: ReleaseRequest): Address | null {
  try {
    return recoverAddress(fromHex(releaseRequestDigest(value.body)), value.signature);
  } catch {
    return null;
  }
}

import {
  array,
  fixedBytes,
  hash32,
  int,
  nullable,
  struct,
  text,
  uint,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { MAX_RESOURCE_TYPES, PURPOSES, purpose } from "../consent/terms.ts";
import type { ActorId, Address, Day, Digest, OrganisationId, SegmentId, UnixSeconds } from "../ids.ts";
import { SEGMENT_KINDS, segmentKind } from "../segment/kind.ts";
import { openPart, sealedPart, sealPart } from "./letter.ts";
import { plainWords } from "./plainWords.ts";

/** Characters of what a requester may write to the patient. */
export const MAX_REQUEST_MESSAGE = 500;
/** Longest time for which a request waits, seconds: 30 days. */
export const LONGEST_REQUEST = 30 * 86_400;

const time = uint<UnixSeconds>(2 ** 40);
const day = int<Day>(2 ** 24);

/** What somebody asks a patient to permit. It binds nobody: the patient signs consents of the patient's own making, or none. */
export const consentRequest = defineFormat(
  "consent-request",
  struct({
    /** Kinds of records by sensitivity. The requester knows none of the patient's other segments; the patient decides. */
    kinds: array(segmentKind, SEGMENT_KINDS.length, 1),
    /** FHIR resource types of the general kind; `["*"]` for all. Every other kind is asked for whole: which of its types are wanted would tell what is thought to be inside. */
    resourceTypes: array(text(64, /^(?:\*|[A-Z][A-Za-z]+)$/), MAX_RESOURCE_TYPES, 1),
    purposes: array(purpose, PURPOSES.length, 1),
    /** Clinical period of the data, both ends included; `null`: no limit on that side. */
    dataFrom: nullable(day),
    dataTo: nullable(day),
    /** Until when the requester would like to read. */
    notAfter: time,
    /** From the requester to the patient, plain text; may be empty. */
    message: plainWords(MAX_REQUEST_MESSAGE),
  }),
  12_288,
);
export type ConsentRequest = Infer<typeof consentRequest>;

/** Who asks, as the directory knows it: a person or device of a member. */
export const asker = struct({
  actor: hash32<ActorId>(),
  organisation: hash32<OrganisationId>(),
  keyCard: hash32<Digest>(),
});
export type Asker = Infer<typeof asker>;

const body = defineFormat(
  "sealed-consent-request-body",
  struct({
    /** To whom: any segment of the patient that the requester knows. */
    segment: hash32<SegmentId>(),
    requester: asker,
    time,
    /** When it stops waiting for an answer; at most 30 days after `time`. */
    expiresAt: time,
    /** The `consent-request`, to the receipt key of the segment's card. */
    toOwner: sealedPart,
    /** The same, to the requester's own key card: what was asked needs no second place. */
    toRequester: sealedPart,
  }),
  36_864,
);
export type SealedConsentRequestBody = Infer<typeof body>;

/** What waits at the segment's homes. The signature is the requester's, over all that is sealed too. */
export const sealedConsentRequest = defineFormat(
  "sealed-consent-request",
  struct({ body, signature: fixedBytes(65) }),
  36_864,
);
export type SealedConsentRequest = Infer<typeof sealedConsentRequest>;

/** What the requester signs, 32 bytes, and the request's name: by it answers and withdrawals name it. */
export function consentRequestId(value: SealedConsentRequestBody): Digest {
  return body.digest(value);
}

/** Account that signed; `null` when the signature is no signature. */
export function consentRequestSigner(value: SealedConsentRequest): Address | null {
  try {
    return recoverAddress(fromHex(consentRequestId(value.body)), value.signature);
  } catch {
    return null;
  }
}

type Outside = Pick<SealedConsentRequestBody, "segment" | "requester" | "time" | "expiresAt">;

/** Nobody passes a request on as the own: it opens beside this segment, requester and time alone. */
function sealing({ segment, requester, ...times }: Outside, reader: "owner" | "requester") {
  return {
    format: consentRequest,
    domain: `anamnesis/consent-request/${reader}/1`,
    bound: concatBytes(
      fromHex(segment),
      fromHex(requester.actor),
      fromHex(requester.organisation),
      fromHex(requester.keyCard),
      uintBytes(times.time, 6),
      uintBytes(times.expiresAt, 6),
    ),
    unit: 1024,
  };
}

/** @param keys X-Wing public keys, 1216 bytes each: the receipt key of the segment's card, and the requester's own. */
export async function sealConsentRequest(
  outside: Outside,
  value: ConsentRequest,
  keys: { readonly receiptKey: Uint8Array; readonly kem: Uint8Array },
): Promise<SealedConsentRequestBody> {
  return {
    ...outside,
    toOwner: await sealPart(sealing(outside, "owner"), value, keys.receiptKey),
    toRequester: await sealPart(sealing(outside, "requester"), value, keys.kem),
  };
}

/** @param seed of the receipt key or of the requester's key card, 32 bytes. Throws `hpke-open`, `bad-padding` and what a decoder throws. */
export function openConsentRequest(
  value: SealedConsentRequestBody,
  reader: "owner" | "requester",
  seed: Uint8Array,
): Promise<ConsentRequest> {
  const part = reader === "owner" ? value.toOwner : value.toRequester;
  return openPart(sealing(value, reader), part, seed);
}

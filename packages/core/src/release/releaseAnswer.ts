import {
  array,
  fixedBytes,
  hash32,
  nullable,
  struct,
  uint,
  varBytes,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, utf8ToBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { hpkeOpen, hpkeSeal } from "../crypto/hpke.ts";
import { ed25519Verify } from "../crypto/ed25519.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { CommitteeKeyId, Digest, Hash32, OrganisationId, UnixSeconds } from "../ids.ts";
import { MAX_RECORDS_PER_REQUEST } from "./releaseRequest.ts";

export const releaseAnswerBody = defineFormat(
  "release-answer-body",
  struct({
    /** Digest of the request that it answers. */
    request: hash32<Digest>(),
    custodian: hash32<OrganisationId>(),
    committee: hash32<CommitteeKeyId>(),
    shareEpoch: uint(0xffff_ffff),
    /** 1 to n. */
    index: uint(255),
    /** `releasePoints` of the records' U that were raised: with it a wrong share is evidence by itself, without the request. */
    points: hash32(),
    /** For each record in order U^s, compressed; `null` is "none", whatever the reason. */
    shares: array(nullable(fixedBytes(33)), MAX_RECORDS_PER_REQUEST, 1),
    /** One DLEQ proof c ‖ z over all shares that are not `null`; `null` when all are. */
    proof: nullable(fixedBytes(64)),
    /** The custodian's entry for this request: index and commitment in its log, and its signature over `receipt-promise`. */
    receipt: struct({ index: uint(), commitment: fixedBytes(32), signature: fixedBytes(64) }),
    /** Block on which the custodian decided. */
    ledger: struct({ number: uint(), hash: hash32(), time: uint<UnixSeconds>(2 ** 40) }),
  }),
  16_384,
);
export type ReleaseAnswerBody = Infer<typeof releaseAnswerBody>;

/** SHA-256("anamnesis/release-points/1" ‖ each U whose share is not `null`, 33 bytes, in the request's order). */
export function releasePoints(points: readonly Uint8Array[]): Hash32 {
  return domainHashHex("anamnesis/release-points/1", ...points);
}

/** Signed by the custodian's Ed25519 key over the body's digest, so that a wrong share is evidence. */
export const releaseAnswer = defineFormat(
  "release-answer",
  struct({ body: releaseAnswerBody, signature: fixedBytes(64) }),
  16_384,
);
export type ReleaseAnswer = Infer<typeof releaseAnswer>;

/** An answer as it travels: sealed to the request's reply key. */
export const sealedAnswer = defineFormat(
  "sealed-answer",
  struct({
    request: hash32<Digest>(),
    custodian: hash32<OrganisationId>(),
    enc: fixedBytes(1120),
    ciphertext: varBytes(20_000),
  }),
  24_576,
);
export type SealedAnswer = Infer<typeof sealedAnswer>;

function answerInfo(request: Digest, custodian: OrganisationId): Uint8Array {
  return concatBytes(utf8ToBytes("anamnesis/answer/1"), fromHex(request), fromHex(custodian));
}

export async function sealAnswer(answer: ReleaseAnswer, replyKey: Uint8Array): Promise<SealedAnswer> {
  const { request, custodian } = answer.body;
  const plaintext = releaseAnswer.encode(answer);
  const info = answerInfo(request, custodian);
  return {
    request,
    custodian,
    ...(await hpkeSeal({ publicKey: replyKey, info, aad: new Uint8Array(), plaintext })),
  };
}

/** Throws `hpke-open` or a decoder's error. @param replySeed 32 bytes. */
export async function openAnswer(value: SealedAnswer, replySeed: Uint8Array): Promise<ReleaseAnswer> {
  const { request, custodian, enc, ciphertext } = value;
  const info = answerInfo(request, custodian);
  return releaseAnswer.decode(
    await hpkeOpen({ seed: replySeed, enc, info, aad: new Uint8Array(), ciphertext }),
  );
}

export function verifyAnswerSignature(answer: ReleaseAnswer, ed25519PublicKey: Uint8Array): boolean {
  return ed25519Verify(fromHex(releaseAnswerBody.digest(answer.body)), answer.signature, ed25519PublicKey);
}

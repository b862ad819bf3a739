import { keyCard } from "../actor/keyCard.ts";
import { receiptStatement, signedReceiptPromise } from "../audit/receiptStatement.ts";
import { committeeCertificate } from "../crypto/dkg/certificate.ts";
import {
  array,
  fixedBytes,
  hash32,
  nullable,
  optional,
  struct,
  text,
  uint,
  varBytes,
  type Infer,
} from "../encoding/codec.ts";
import { decodeCbor } from "../encoding/cbor.ts";
import { defineFormat, type Format } from "../encoding/format.ts";
import { AnamnesisError } from "../errors.ts";
import type { BodyLabel, Digest, OrganisationId } from "../ids.ts";
import { header, recordBody } from "../record/header.ts";
import { signedHeaderStatement } from "../record/headerStatement.ts";
import { releaseAnswer } from "../release/releaseAnswer.ts";
import { MAX_RECORDS_PER_REQUEST } from "../release/releaseRequest.ts";

/** Longest evidence that is looked at, in bytes. */
export const MAX_EVIDENCE_BYTES = 16 * 1024 * 1024;

const MOST_LATER_CARDS = 64;

/**
 * Who it is about, with the first key card, whose digest is the organisation's id: nobody else's word on its keys is needed. That
 * later cards are its own the ledger says, for the members replaced its keys by vote.
 */
const about = {
  accused: hash32<OrganisationId>(),
  keyCard,
  /** Those of later keys, oldest first; absent for an organisation that has its first. */
  laterCards: optional(array(keyCard, MOST_LATER_CARDS, 1)),
};

/** A custodian signed an answer whose shares are not the records' points raised to its share of the committee's key. */
const badShare = defineFormat(
  "evidence-bad-share",
  struct({
    ...about,
    /** The accused signed it: there it committed itself to its verification share. */
    certificate: committeeCertificate,
    answer: releaseAnswer,
    /** The points that the answer's `points` names, 33 bytes each. */
    points: array(fixedBytes(33), MAX_RECORDS_PER_REQUEST, 1),
  }),
  256 * 1024,
);

const head = struct({
  /** C2SP tlog-checkpoint, signed by the accused. */
  checkpoint: text(1024),
  /** The entry at `index` in this head's tree. */
  entry: nullable(struct({ commitment: fixedBytes(32), path: array(fixedBytes(32), 64) })),
});

/** A log signed two heads that no one log can have: another root for one size, or another entry at one index. */
const conflictingHeads = defineFormat(
  "evidence-conflicting-heads",
  struct({
    ...about,
    first: head,
    second: head,
    /** `null`: both heads have one size, and the entries are `null`. */
    index: nullable(uint()),
  }),
  256 * 1024,
);

/** A custodian promised an entry about a segment, and then signed a list of that segment, or a log, without it. */
const missingEntry = defineFormat(
  "evidence-missing-entry",
  struct({
    ...about,
    promise: signedReceiptPromise,
    /** The list without the index. */
    unlisted: nullable(
      struct({ statement: receiptStatement, signature: fixedBytes(64), indexes: array(uint(), 1_000_000) }),
    ),
    /** The log with another entry at the index. */
    replaced: nullable(head),
  }),
  MAX_EVIDENCE_BYTES,
);

/**
 * A home signed that it has told all that it keeps of a segment, among it one of its own headers, and left out the own header
 * which that one names as its predecessor.
 */
const withheldHeader = defineFormat(
  "evidence-withheld-header",
  struct({
    ...about,
    withheld: hash32<BodyLabel>(),
    /** The accused's own header that names it. */
    successor: recordBody,
    signed: signedHeaderStatement,
    /** All labels that the statement covers. */
    labels: array(hash32<BodyLabel>(), 400_000),
  }),
  MAX_EVIDENCE_BYTES,
);

/**
 * An author signed a header whose ciphertext does not open under the key to which the header commits. It shows K1 and G of this one
 * record, and so gives up its two locks: nothing of it could be read anyway.
 */
const contentMismatch = defineFormat(
  "evidence-content-mismatch",
  struct({
    ...about,
    header,
    k1: fixedBytes(32),
    G: fixedBytes(33),
    ciphertext: varBytes(MAX_EVIDENCE_BYTES - 8192),
  }),
  MAX_EVIDENCE_BYTES,
);

/** By kind. */
export const EVIDENCE_FORMATS = {
  "bad-share": badShare,
  "conflicting-heads": conflictingHeads,
  "missing-entry": missingEntry,
  "withheld-header": withheldHeader,
  "content-mismatch": contentMismatch,
} as const;

export type EvidenceKind = keyof typeof EVIDENCE_FORMATS;
export type EvidenceOf<K extends EvidenceKind> = { readonly kind: K } & Infer<(typeof EVIDENCE_FORMATS)[K]>;

/** Somebody's lie over its own signature, which anyone can check with nothing but this file, see `verifyEvidence`. */
export type Evidence = { readonly [K in EvidenceKind]: EvidenceOf<K> }[EvidenceKind];

export function encodeEvidence(evidence: Evidence): Uint8Array {
  const { kind, ...fields } = evidence;
  return (EVIDENCE_FORMATS[kind] as unknown as Format<unknown>).encode(fields);
}

/** SHA-256 of the encoding: name of the file. */
export function evidenceDigest(evidence: Evidence): Digest {
  const { kind, ...fields } = evidence;
  return (EVIDENCE_FORMATS[kind] as unknown as Format<unknown>).digest(fields);
}

/** Throws `bad-evidence` for what is no evidence of a known kind, and the decoder's errors for one that is broken. */
export function decodeEvidence(bytes: Uint8Array): Evidence {
  if (bytes.length > MAX_EVIDENCE_BYTES) throw badEvidence();
  const frame = decodeCbor(bytes);
  const found: unknown = Array.isArray(frame) ? (frame as readonly unknown[])[2] : null;
  const named = Object.entries(EVIDENCE_FORMATS).find(([, format]) => format.kind === found);
  if (named === undefined) throw badEvidence();
  const [kind, format] = named;
  return { kind, ...(format.decode(bytes) as object) } as Evidence;
}

function badEvidence(): AnamnesisError<"bad-evidence"> {
  return new AnamnesisError({
    code: "bad-evidence",
    rule: "Evidence is one structure of a known kind, at most 16 MiB.",
    fix: "Give the file as it was written, byte for byte.",
  });
}

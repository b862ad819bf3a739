import { type KeyCard, keyCardDigest, organisationIdOf } from "../actor/keyCard.ts";
import { type Checkpoint, verifyCheckpoint } from "../audit/checkpoint.ts";
import { leafHash, verifyInclusion } from "../audit/merkleTree.ts";
import { receiptIndexes, receiptStatement, verifyReceiptPromise } from "../audit/receiptStatement.ts";
import { type CommitteeCertificate, committeeKeyId, verifyCertificate } from "../crypto/dkg/certificate.ts";
import { verifyShares } from "../crypto/dleq.ts";
import { ed25519Verify } from "../crypto/ed25519.ts";
import { addressOf, recoverAddress } from "../crypto/secp256k1.ts";
import { cidOf, CODEC_RAW } from "../encoding/cid.ts";
import { equalBytes, fromHex } from "../encoding/bytes.ts";
import { hasCode } from "../errors.ts";
import type { Address, Digest, OrganisationId, UnixSeconds } from "../ids.ts";
import { bodyLabel, bodyLabelBytes, type Header } from "../record/header.ts";
import { headerLabels, verifyHeaderStatement } from "../record/headerStatement.ts";
import { openContent } from "../record/openContent.ts";
import { releasePoints, verifyAnswerSignature } from "../release/releaseAnswer.ts";
import type { Evidence, EvidenceOf } from "./evidence.ts";
import { logOrigin } from "../audit/logOrigin.ts";

/** Why evidence proves nothing. */
export type EvidenceFlaw =
  /** The key card is not the first one of the organisation that is accused. */
  | "key-card"
  /** Something that the accused is said to have signed does not carry its signature. */
  | "signature"
  /** It may be signed with a later key of the accused, and which ones those are was not given. */
  | "unknown-keys"
  /** It is signed with a key that was not the accused's at the ledger's time which it names. */
  | "other-time"
  /** Its parts do not belong together. */
  | "parts"
  /** All of it holds, and contradicts nothing: nobody lied. */
  | "no-contradiction"
  /** The header's author is a device, and who it belongs to was not given. */
  | "unknown-author";

export type EvidenceVerdict =
  | { readonly proven: true; readonly accused: OrganisationId; readonly statement: string }
  | { readonly proven: false; readonly accused: OrganisationId; readonly flaw: EvidenceFlaw };

/** A key card that a member has or had on the ledger. */
export interface MemberKey {
  readonly keyCard: Digest;
  /** The ledger's time from which it was the member's, and at which it was no more; absent where that is not known. */
  readonly since?: UnixSeconds;
  readonly until?: UnixSeconds;
}

/** What the verifier knows besides the file; none of it is needed but for the headers of devices and for keys that replaced the first ones. */
export interface EvidenceContext {
  /** Key cards of a member by the ledger, in any order; none for who is no member. */
  readonly keysOf?: (organisation: OrganisationId) => readonly MemberKey[];
  /** True when the account signs for the organisation, as a device of it, by the ledger. */
  readonly signsFor?: (
    organisation: OrganisationId,
    author: Header["body"]["core"]["author"],
    by: Address,
  ) => boolean;
}

/**
 * Checks evidence against nothing but itself: the accused's id is the digest of its key card, and all that counts is over its own
 * signatures, so that whoever wrote the file need not be trusted and nobody can be framed. Never throws for evidence that decoded.
 */
export async function verifyEvidence(
  evidence: Evidence,
  context: EvidenceContext = {},
): Promise<EvidenceVerdict> {
  const { accused, keyCard } = evidence;
  const flaw = organisationIdOf(keyCard) === accused ? await flawWith(evidence, context) : "key-card";
  return flaw === null
    ? { proven: true, accused, statement: STATEMENTS[evidence.kind] }
    : { proven: false, accused, flaw };
}

const STATEMENTS: Readonly<Record<Evidence["kind"], string>> = {
  "bad-share": "It signed an answer with shares that are not made with its share of the committee's key.",
  "conflicting-heads": "It signed two heads of its receipt log that no one log can have.",
  "missing-entry":
    "It signed that an entry stands in its receipt log, and then signed a log or list without it.",
  "withheld-header":
    "It signed that it told all headers which it keeps of a segment, and left out one of its own.",
  "content-mismatch": "It signed a header whose content does not open under the key that the header names.",
};

/**
 * With the first key alone, which needs nobody's word; then with the later ones that the ledger names too. What a key signed stays its
 * organisation's word after it was replaced.
 */
async function flawWith(evidence: Evidence, context: EvidenceContext): Promise<EvidenceFlaw | null> {
  const { accused, keyCard, laterCards = [] } = evidence;
  const alone = await flawOf(evidence, [keyCard], context);
  if (alone !== "signature" || laterCards.length === 0) return alone;
  if (context.keysOf === undefined) return "unknown-keys";
  const known = new Set(context.keysOf(accused).map((key) => key.keyCard));
  const own = laterCards.filter((card) => known.has(keyCardDigest(card)));
  return flawOf(evidence, [keyCard, ...own], context);
}

async function flawOf(
  evidence: Evidence,
  cards: readonly KeyCard[],
  context: EvidenceContext,
): Promise<EvidenceFlaw | null> {
  switch (evidence.kind) {
    case "bad-share":
      return badShare(evidence, cards, context);
    case "conflicting-heads":
      return conflictingHeads(evidence, cards);
    case "missing-entry":
      return missingEntry(evidence, cards);
    case "withheld-header":
      return withheldHeader(evidence, cards);
    case "content-mismatch":
      return contentMismatch(evidence, cards, context);
  }
}

/** By one of the Ed25519 keys: the card that has it. */
function signedBy(cards: readonly KeyCard[], holds: (publicKey: Uint8Array) => boolean): KeyCard | null {
  return cards.find(({ ed25519 }) => holds(ed25519)) ?? null;
}

/** False only for a key that the ledger knows to have been another one's turn at that time. */
function wasValid(
  { keysOf }: EvidenceContext,
  accused: OrganisationId,
  card: KeyCard,
  at: UnixSeconds,
): boolean {
  const digest = keyCardDigest(card);
  const key = keysOf?.(accused).find((candidate) => candidate.keyCard === digest);
  if (key === undefined) return true;
  return (key.since === undefined || at >= key.since) && (key.until === undefined || at < key.until);
}

function badShare(
  { accused, certificate, answer, points }: EvidenceOf<"bad-share">,
  cards: readonly KeyCard[],
  context: EvidenceContext,
): EvidenceFlaw | null {
  const { body } = certificate;
  const { participants, verificationShares } = body;
  const at = participants.findIndex(({ organisation }) => organisation === accused);
  const participant = participants[at];
  const verificationShare = verificationShares[at];
  if (participant === undefined || verificationShare === undefined) return "parts";
  // The accused signed the certificate too: that holds it to its own verification share.
  const certified =
    signedBy(cards, (key) => equalBytes(participant.ed25519, key)) !== null && isSignedByAll(certificate);
  const signer = signedBy(cards, (key) => verifyAnswerSignature(answer, key));
  if (!certified || signer === null) return "signature";
  if (!wasValid(context, accused, signer, answer.body.ledger.time)) return "other-time";
  const { committee, shareEpoch, custodian, request, shares, proof, points: named } = answer.body;
  if (committee !== committeeKeyId(body) || custodian !== accused || shareEpoch !== body.shareEpoch)
    return "parts";
  if (releasePoints(points) !== named) return "parts";
  const given = shares.filter((share) => share !== null);
  const holds =
    proof !== null &&
    answer.body.index === at + 1 &&
    verifyShares({ verificationShare, points, shares: given, context: fromHex(request), proof });
  return holds ? "no-contradiction" : null;
}

function isSignedByAll(certificate: CommitteeCertificate): boolean {
  try {
    verifyCertificate(certificate);
    return true;
  } catch {
    return false;
  }
}

function headOf(checkpoint: string, accused: OrganisationId, cards: readonly KeyCard[]): Checkpoint | null {
  for (const { ed25519: publicKey } of cards) {
    try {
      return verifyCheckpoint(checkpoint, { name: logOrigin(accused), publicKey });
    } catch {
      // Not by this key.
    }
  }
  return null;
}

type Head = EvidenceOf<"conflicting-heads">["first"];

function standsIn({ size, root }: Checkpoint, index: number, entry: NonNullable<Head["entry"]>): boolean {
  return verifyInclusion({ leafHash: leafHash(entry.commitment), index, size, path: entry.path, root });
}

function conflictingHeads(
  { accused, first, second, index }: EvidenceOf<"conflicting-heads">,
  cards: readonly KeyCard[],
): EvidenceFlaw | null {
  const [one, other] = [first, second].map(({ checkpoint }) => headOf(checkpoint, accused, cards));
  if (one === undefined || other === undefined || one === null || other === null) return "signature";
  if (index === null) {
    if (one.size !== other.size) return "parts";
    return equalBytes(one.root, other.root) ? "no-contradiction" : null;
  }
  if (first.entry === null || second.entry === null) return "parts";
  if (!standsIn(one, index, first.entry) || !standsIn(other, index, second.entry)) return "parts";
  return equalBytes(first.entry.commitment, second.entry.commitment) ? "no-contradiction" : null;
}

function missingEntry(
  { accused, promise: signed, unlisted, replaced }: EvidenceOf<"missing-entry">,
  cards: readonly KeyCard[],
): EvidenceFlaw | null {
  const { promise } = signed;
  if (signedBy(cards, (key) => verifyReceiptPromise(signed, key)) === null) return "signature";
  if (promise.custodian !== accused || (unlisted === null) === (replaced === null)) return "parts";
  if (unlisted !== null) {
    const { statement, signature, indexes } = unlisted;
    const digest = fromHex(receiptStatement.digest(statement));
    if (signedBy(cards, (key) => ed25519Verify(digest, signature, key)) === null) return "signature";
    const together =
      statement.custodian === accused &&
      statement.segment === promise.segment &&
      statement.indexes === receiptIndexes(indexes) &&
      statement.size > promise.index;
    if (!together) return "parts";
    return indexes.includes(promise.index) ? "no-contradiction" : null;
  }
  if (replaced === null || replaced.entry === null) return "parts";
  const head = headOf(replaced.checkpoint, accused, cards);
  if (head === null) return "signature";
  if (!standsIn(head, promise.index, replaced.entry)) return "parts";
  return equalBytes(replaced.entry.commitment, promise.commitment) ? "no-contradiction" : null;
}

function withheldHeader(
  { accused, withheld, successor, signed, labels }: EvidenceOf<"withheld-header">,
  cards: readonly KeyCard[],
): EvidenceFlaw | null {
  const { core } = successor;
  if (signedBy(cards, (key) => verifyHeaderStatement(signed, key)) === null) return "signature";
  const { statement } = signed;
  const told = new Set(labels);
  // That the accused lists the successor as kept is its own word on it: a node checks its own headers before it keeps them.
  const together =
    core.organisation === accused &&
    core.previous === withheld &&
    statement.home === accused &&
    statement.segment === core.segment &&
    statement.count === labels.length &&
    statement.labels === headerLabels(labels) &&
    told.has(bodyLabel(successor));
  if (!together) return "parts";
  return told.has(withheld) ? "no-contradiction" : null;
}

async function contentMismatch(
  { accused, header, k1, G, ciphertext }: EvidenceOf<"content-mismatch">,
  cards: readonly KeyCard[],
  { signsFor }: EvidenceContext,
): Promise<EvidenceFlaw | null> {
  const { body, signature } = header;
  const { organisation, author } = body.core;
  if (organisation !== accused || cidOf(ciphertext, CODEC_RAW) !== body.content) return "parts";
  let signer: Address;
  try {
    signer = recoverAddress(bodyLabelBytes(body), signature);
  } catch {
    return "signature";
  }
  if ((author as string) === (accused as string)) {
    if (!cards.some((card) => addressOf(card.secp256k1) === signer)) return "signature";
  } else if (signsFor?.(accused, author, signer) !== true) return "unknown-author";
  try {
    await openContent(body, k1, G, ciphertext);
    return "no-contradiction";
  } catch (error) {
    // Other keys than those to which the author committed itself prove nothing about it.
    return hasCode(error, "stream-open") || hasCode(error, "bad-content") ? null : "parts";
  }
}

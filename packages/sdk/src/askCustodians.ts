import { EncodedRequest } from "@anamnesis/api/client";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { type SignedReceiptPromise, verifyReceiptPromise } from "@anamnesis/core/audit/receiptStatement";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { combine } from "@anamnesis/core/crypto/combine";
import { verifyShares } from "@anamnesis/core/crypto/dleq";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import {
  openAnswer,
  type ReleaseAnswer,
  type ReleaseAnswerBody,
  releasePoints,
  type SealedAnswer,
  verifyAnswerSignature,
} from "@anamnesis/core/release/releaseAnswer";
import {
  type ReleaseRequest,
  releaseRequest,
  type ReleaseRequestBody,
  releaseRequestDigest,
  type RequestedRecord,
} from "@anamnesis/core/release/releaseRequest";
import { type Permit, permitDigest } from "@anamnesis/core/segment/permit";
import type { SegmentAccess } from "./access.ts";
import type { Consortium, Custodian } from "./consortium.ts";
import { aboutAccused, memberCards } from "./memberCards.ts";
import { provable } from "./provable.ts";
import { connect, type Runtime } from "./runtime.ts";
import { codeOf } from "./ourError.ts";

/** Why a custodian's answer does not count. `bad-proof` is over its own signature and proven to anyone; the others to this reader alone. */
export type AnswerFault =
  /** It did not open or did not decode. */
  | "unreadable"
  | "bad-signature"
  /** It names another request, custodian, committee, share epoch, index, number of records or points, or promises no receipt. */
  | "wrong-request"
  /** A share is not U^s of this custodian. */
  | "bad-proof";

export interface Receipt {
  readonly custodian: OrganisationId;
  readonly request: Digest;
  /** Its entry in the custodian's log. */
  readonly index: number;
  readonly commitment: Uint8Array;
  /** The custodian's signed word that this entry is about the segment: what the patient holds against its log. */
  readonly promise: SignedReceiptPromise;
}

export interface CustodyReport {
  readonly asked: readonly OrganisationId[];
  readonly answered: readonly OrganisationId[];
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
  readonly culprits: readonly { readonly organisation: OrganisationId; readonly reason: AnswerFault }[];
  readonly receipts: readonly Receipt[];
  /** Against culprits, for anyone to check. */
  readonly evidence: readonly Evidence[];
}

export interface AskCustodiansParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
  /** At most `MAX_RECORDS_PER_REQUEST`. */
  readonly records: readonly RequestedRecord[];
  /** All permits of the segment; those that the records name are sent. */
  readonly permits: readonly Permit[];
  /** `threshold`: as few as can open, further ones only when needed. `all`: every custodian at once. */
  readonly ask: "threshold" | "all";
  /**
   * Whether `G` is what the author of the record at this place committed to. With it, answers are believed as long as everything fits, and their proofs
   * looked at only when something does not: for a reader who opens, a wrong share is one that does not open.
   */
  readonly fits?: (at: number, G: Uint8Array) => boolean;
}

export interface Asked extends CustodyReport {
  /** Y^r (33 bytes) of each record in order; `null`: fewer than `threshold` custodians gave a share for it. */
  readonly G: readonly (Uint8Array | null)[];
}

/** One custodian's answer: to this request, signed by it. */
interface Answered {
  readonly custodian: Custodian;
  readonly answer: ReleaseAnswer;
  /** Its proof was verified. */
  proven: boolean;
}

/**
 * Lock B: sends one signed request, the same bytes, to custodians until every record either has `threshold` shares or
 * cannot get them any more. Each answer is verified by itself and not with core's `openWithShares`, since custodians may
 * release different subsets of one request (one may know a block more than the other) and each proves just its own.
 * With `fits` the proofs are verified when a record's shares do not make what its author committed to.
 *
 * Throws `TooFewCustodians` when fewer than `threshold` custodians gave an answer that counts.
 */
export async function askCustodians(parameters: AskCustodiansParameters): Promise<Asked> {
  const { consortium, records, runtime, ask, fits } = parameters;
  const { threshold } = consortium.committee;
  const replySeed = runtime.random(32);
  const request = await signRequest(parameters, replySeed);
  const digest = releaseRequestDigest(request.body);
  const encoded = new EncodedRequest(releaseRequest.encode(request));

  const asked: OrganisationId[] = [];
  const silent: { organisation: OrganisationId; code: string }[] = [];
  const culprits: { organisation: OrganisationId; reason: AnswerFault }[] = [];
  const evidence: Evidence[] = [];
  let answered: readonly Answered[] = [];
  const left = homesFirst(parameters);
  const sharesOf = (i: number) => answered.filter(({ answer }) => answer.body.shares[i] !== null).length;
  const undecided = (): boolean =>
    answered.length < threshold ||
    records.some((_, i) => sharesOf(i) < threshold && sharesOf(i) + left.length >= threshold);
  const accuse = async (custodian: Custodian, culprit: Culprit): Promise<void> => {
    culprits.push({ organisation: custodian.organisation, reason: culprit.reason });
    const found = await evidenceOf(parameters, custodian, culprit);
    if (found !== null) evidence.push(found);
  };
  /** True when an answer that was counted does not hold. */
  const verifyProofs = async (): Promise<boolean> => {
    const false_: Answered[] = [];
    for (const one of answered) {
      one.proven ||= sharesHold(one.answer.body, one.custodian, records, digest);
      if (!one.proven) false_.push(one);
    }
    answered = answered.filter(({ proven }) => proven);
    for (const { custodian, answer } of false_) {
      await accuse(custodian, { type: "culprit", reason: "bad-proof", answer });
    }
    return false_.length > 0;
  };

  let opened: Combined;
  do {
    while (left.length > 0 && undecided()) {
      const lacking = Math.max(1, threshold - answered.length);
      const now = left.splice(0, ask === "all" ? left.length : lacking);
      asked.push(...now.map((custodian) => custodian.organisation));
      const results = await Promise.all(
        now.map((custodian) => askOne(parameters, custodian, encoded, digest, replySeed)),
      );
      for (const [i, result] of results.entries()) {
        const custodian = now[i] as Custodian;
        if (result.type === "silent") {
          silent.push({ organisation: custodian.organisation, code: result.code });
        } else if (result.type === "culprit") await accuse(custodian, result);
        else answered = [...answered, { custodian, answer: result.answer, proven: false }];
      }
      if (fits === undefined || ask === "all") await verifyProofs();
    }
    opened = combineAll(parameters, answered);
    if (opened.fits && answered.length >= threshold) break;
  } while (await verifyProofs());
  replySeed.fill(0);
  const report = {
    asked,
    answered: answered.map(({ custodian }) => custodian.organisation),
    silent,
    culprits,
    receipts: answered.map(({ answer }) => receiptOf(answer.body, parameters.access.segment)),
    evidence: await provable(consortium, evidence),
  };
  if (answered.length < threshold) throw new TooFewCustodians(consortium, report);
  return { G: opened.G, ...report };
}

/** All custodians in the order in which they are asked. The segment's homes verified its headers' proofs when they took them; another custodian does so the first time it is asked. */
function homesFirst({ consortium, access }: AskCustodiansParameters): Custodian[] {
  const isHome = ({ organisation }: Custodian): boolean => access.card.body.homes.includes(organisation);
  return consortium.committee.custodians.toSorted(
    (one, other) => Number(isHome(other)) - Number(isHome(one)),
  );
}

function receiptOf(body: ReleaseAnswerBody, segment: SegmentId): Receipt {
  const promise = promiseOf(body, segment);
  const { index, commitment } = promise.promise;
  return { custodian: body.custodian, request: body.request, index, commitment, promise };
}

interface Combined {
  /** `null`: fewer than `threshold` shares, or some that make no point. */
  readonly G: readonly (Uint8Array | null)[];
  /** Every record with enough shares has what its author committed to. */
  readonly fits: boolean;
}

function combineAll(
  { consortium, records, fits }: AskCustodiansParameters,
  answered: readonly Answered[],
): Combined {
  const { threshold } = consortium.committee;
  let all = true;
  const G = records.map((_, i) => {
    const shares = answered.flatMap(({ custodian: { index }, answer }) => {
      const point = answer.body.shares[i] ?? null;
      return point === null ? [] : [{ index, point }];
    });
    if (shares.length < threshold) return null;
    try {
      const point = combine({ threshold, shares });
      all &&= fits?.(i, point) !== false;
      return point;
    } catch (error) {
      // Of shares whose proofs were not verified: no points, or such as cancel each other.
      if (!hasCode(error, "bad-point") && !hasCode(error, "bad-share-set")) throw error;
      all = false;
      return null;
    }
  });
  return { G, fits: all };
}

async function signRequest(
  { runtime, consortium, access, purpose, records, permits }: AskCustodiansParameters,
  replySeed: Uint8Array,
): Promise<ReleaseRequest> {
  const named = new Set(records.map((item) => item.header.body.core.permit));
  const body: ReleaseRequestBody = {
    requester: access.requester,
    opening: access.opening,
    action: "read",
    purpose,
    consent: access.consent,
    parent: null,
    delegation: access.delegation,
    replyKey: (await kemKeyPair(replySeed)).publicKey,
    nonce: runtime.random(32),
    time: runtime.now(),
    permits: permits.filter((permit) => named.has(permitDigest(consortium.identity, permit.body))),
    records,
  };
  return { body, signature: access.sign(fromHex(releaseRequestDigest(body))) };
}

interface Culprit {
  readonly type: "culprit";
  readonly reason: AnswerFault;
  readonly answer: ReleaseAnswer | null;
}

/** An answer's shares are still to be verified. */
type Result =
  | { readonly type: "answer"; readonly answer: ReleaseAnswer }
  | { readonly type: "silent"; readonly code: string }
  | Culprit;

async function askOne(
  { runtime, consortium, access, records }: AskCustodiansParameters,
  custodian: Custodian,
  request: EncodedRequest,
  digest: Digest,
  replySeed: Uint8Array,
): Promise<Result> {
  let sealed: SealedAnswer;
  try {
    sealed = await connect(runtime, custodian.endpoint, access.signer).call(
      custodyRoutes.release,
      {},
      request,
    );
  } catch (error) {
    return { type: "silent", code: codeOf(error) };
  }
  let answer: Awaited<ReturnType<typeof openAnswer>>;
  try {
    answer = await openAnswer({ ...sealed, request: digest, custodian: custodian.organisation }, replySeed);
  } catch (error) {
    if (!(error instanceof AnamnesisError)) throw error;
    return { type: "culprit", reason: "unreadable", answer: null };
  }
  if (!verifyAnswerSignature(answer, custodian.ed25519)) {
    return { type: "culprit", reason: "bad-signature", answer: null };
  }
  const { body } = answer;
  const fits =
    body.request === digest &&
    body.custodian === custodian.organisation &&
    body.committee === consortium.committee.id &&
    body.shareEpoch === consortium.committee.shareEpoch &&
    body.index === custodian.index &&
    body.shares.length === records.length &&
    body.points === releasePoints(raised(records, body.shares)) &&
    verifyReceiptPromise(promiseOf(body, access.segment), custodian.ed25519);
  return fits ? { type: "answer", answer } : { type: "culprit", reason: "wrong-request", answer };
}

/** U of each record for which there is a share. */
function raised(
  records: readonly RequestedRecord[],
  shares: readonly (Uint8Array | null)[],
): readonly Uint8Array[] {
  return records.filter((_, i) => shares[i] !== null).map((item) => item.header.body.U);
}

function promiseOf(
  { custodian, request, receipt }: ReleaseAnswerBody,
  segment: SegmentId,
): SignedReceiptPromise {
  const { index, commitment, signature } = receipt;
  return { promise: { custodian, request, segment, index, commitment }, signature };
}

/** `null` when the lie cannot be proven to others: it is then this reader's word. */
async function evidenceOf(
  { runtime, consortium, records }: AskCustodiansParameters,
  { organisation }: Custodian,
  { reason, answer }: Culprit,
): Promise<Evidence | null> {
  if (reason !== "bad-proof" || answer === null) return null;
  const cards = await memberCards(runtime, consortium, organisation);
  if (cards === null) return null;
  const { certificate } = consortium.committee;
  const points = raised(records, answer.body.shares);
  return { kind: "bad-share", ...aboutAccused(organisation, cards), certificate, answer, points };
}

function sharesHold(
  { shares, proof }: ReleaseAnswerBody,
  { verificationShare }: Custodian,
  records: readonly RequestedRecord[],
  digest: Digest,
): boolean {
  const given = shares.filter((share) => share !== null);
  if (given.length === 0) return proof === null;
  const points = raised(records, shares);
  return (
    proof !== null &&
    verifyShares({ verificationShare, points, shares: given, context: fromHex(digest), proof })
  );
}

/** Code `too-few-custodians`. Nothing opened, but receipts were given all the same, and a lie can be proven. */
export class TooFewCustodians extends AnamnesisError<"too-few-custodians"> {
  readonly report: CustodyReport;

  constructor({ committee }: Pick<Consortium, "committee">, report: CustodyReport) {
    const missing = committee.custodians.filter(
      ({ organisation }) => !report.answered.includes(organisation),
    );
    super({
      code: "too-few-custodians",
      rule: "A record opens when as many custodians as the threshold answer.",
      fix: "Try again when the named custodians are up; `not-authorised` means that they do not find you in the directory.",
      meta: {
        threshold: committee.threshold,
        answered: report.answered.length,
        missing: missing.map((custodian) => custodian.name).join(", "),
        codes: [...new Set(report.silent.map(({ code }) => code))].join(", "),
      },
    });
    this.report = report;
  }
}

import { sealReceipt, type ReceiptEntry } from "@anamnesis/core/audit/receiptEntry";
import { receiptPromise } from "@anamnesis/core/audit/receiptStatement";
import type { DecisionAuthority } from "@anamnesis/core/consent/decide";
import { releaseShares } from "@anamnesis/core/crypto/dleq";
import { isPoint, publicKeyOf, scalarFromSeed } from "@anamnesis/core/crypto/secp256k1";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address, ConsentId, Digest, RecordId, SegmentId } from "@anamnesis/core/ids";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import {
  type ReleaseAnswerBody,
  releaseAnswerBody,
  releasePoints,
  sealAnswer,
  type SealedAnswer,
} from "@anamnesis/core/release/releaseAnswer";
import {
  type ReleaseRequest,
  type ReleaseRequestBody,
  releaseRequestDigest,
  releaseRequestSigner,
} from "@anamnesis/core/release/releaseRequest";
import { permitDigest, permitSigner } from "@anamnesis/core/segment/permit";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { decisionAuthority, isRevoked, ledgerState, revocableIds } from "../access/requesterState.ts";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { RequestWindow } from "../access/requestWindow.ts";
import { activeCommittee } from "../committee/activeCommittee.ts";
import type { NodeContext } from "../context.ts";
import { erasedRecords } from "../erasure/erasedRecords.ts";
import type { RateLimit } from "../http/rateLimit.ts";
import type { HeldShare } from "../keystore/custodyShare.ts";
import { requireWholeLog } from "../receipts/requireWholeLog.ts";
import { custodyNotReady } from "../runtime/refuse.ts";
import { newestCard } from "../segments/cardStore.ts";
import { currentOwner } from "../segments/currentOwner.ts";
import { memoised } from "../runtime/memoised.ts";
import { recordStatesOf } from "../records/recordStatesOf.ts";
import { type AuthorNames, authorSigned } from "../records/authorSigned.ts";
import { admitRequester } from "./admitRequester.ts";
import type { CatchUp, Unknown } from "../access/catchUp.ts";
import { type Examination, type ExaminationParts, examineRecord } from "./examineRecord.ts";
import { segmentTag } from "./segmentTag.ts";
import { beginRelease } from "./releasesUnderWay.ts";

export interface ReleaseServices {
  readonly window: RequestWindow;
  /** X-Wing public key that nobody holds the seed of: receipts about unknown segments are sealed to it. */
  readonly decoyReceiptKey: Uint8Array;
  /** Requests of each signer: each leaves a receipt, on this disk for ever. */
  readonly limit: RateLimit;
  readonly catchUp: CatchUp;
}

/**
 * One request to open records of one segment: decide on the own copy of the ledger (waiting a moment for what is on its way to it), write and sync the receipt, look
 * once more whether the consent, or what it hangs on, was revoked meanwhile, or a record erased, and only then let shares leave.
 *
 * Whatever refuses a record, its answer is `null`: unknown, foreign and forbidden look the same, run through the same
 * checks and leave a receipt alike. Who is nobody to this node is turned away before that, see `admitRequester`.
 *
 * Throws `bad-request-signature`, `not-authorised`, `not-found`, `stale-request`, `node-starting`, `replayed-request`,
 * `custody-not-ready`, `rate-limited`, `log-failed`.
 */
export async function release(
  context: NodeContext,
  services: ReleaseServices,
  request: ReleaseRequest,
): Promise<SealedAnswer> {
  const signer = releaseRequestSigner(request);
  if (signer === null) throw badSignature();
  const { body } = request;
  // Before the nonce is taken: the same bytes may come again when this custodian is ready.
  const committee = await activeCommittee(context);
  const share = committee === null ? null : context.share.held(committee.id);
  if (share === null) throw custodyNotReady("share");
  await requireWholeLog(context);
  const segment = segmentIdOfOpening(body.opening);
  let known = await knownOf(context, segment);
  await admitRequester(context, body, signer, known.card, known.owner);
  services.limit.take(signer, context.timers.now());
  services.window.admit(signer, body.nonce, body.time, context.clock.now());

  const digest = releaseRequestDigest(body);
  const authority = decisionAuthority(context, body);
  const shown = revocableIds(authority);
  let examined = await examineAll(context, request, authority, signer, segment, share, known.owner);
  if (await services.catchUp(unknownOf(body, examined, shown))) {
    known = await knownOf(context, segment);
    examined = await examineAll(context, request, authority, signer, segment, share, known.owner);
  }
  const { head, card } = known;
  const permitted = examined.filter((item) => item.permit);
  const granted: ReadonlySet<RecordId> = new Set(permitted.map((item) => item.record));

  const entry: ReceiptEntry = {
    request: digest,
    custodian: context.organisation,
    segment,
    requester: body.requester,
    action: body.action,
    purpose: body.purpose,
    basis: permitted[0]?.permit === true ? permitted[0].basis : "none",
    consent: shown[0] ?? null,
    committee: share.committee,
    shareEpoch: share.shareEpoch,
    time: context.clock.now(),
    ledger: { number: head.number, hash: head.hash, time: head.time },
    records: examined.map((item) => ({ record: item.record, outcome: item.permit ? "released" : item.code })),
  };
  const receiptKey = card?.body.receiptKey ?? services.decoyReceiptKey;
  const { commitment, sealed } = await sealReceipt(entry, context.random.bytes(32), receiptKey);
  const tag = segmentTag(context.keys.tagSecret, segment);
  const index = await context.durable("release.receipt", () =>
    context.receipts.append({ commitment, sealed, tag }),
  );

  // The receipt is on the disk. A revocation or an erasure that was stored since the decision still counts; the receipt
  // then says more than was given, never less.
  const underWay = beginRelease(context, shown);
  try {
    const promise = { custodian: context.organisation, request: digest, segment, index, commitment };
    const receipt = {
      index,
      commitment,
      signature: context.keys.signMessage(fromHex(receiptPromise.digest(promise))),
    };
    const seal = async (given: ReadonlySet<RecordId>): Promise<SealedAnswer> => {
      const answer = answerShares(context, share, request, digest, examined, given);
      const answerBody = {
        request: digest,
        custodian: context.organisation,
        committee: share.committee,
        shareEpoch: share.shareEpoch,
        index: share.index,
        ...answer,
        receipt,
        ledger: entry.ledger,
      };
      const signature = context.keys.signMessage(fromHex(releaseAnswerBody.digest(answerBody)));
      return sealAnswer({ body: answerBody, signature }, body.replyKey);
    };
    let given = await stillGranted(context, shown, granted);
    let sealed = await seal(given);
    // One that was stored while the answer was made: its acknowledgement leaves after this, and no share after that.
    for (let left = underWay.standing(given); left.size < given.size; left = underWay.standing(given)) {
      given = left;
      sealed = await seal(given);
    }
    const released = permitted.filter((item) => given.has(item.record)).length;
    context.metrics.count("release_records_total", { outcome: "released" }, released);
    context.metrics.count("release_records_total", { outcome: "none" }, examined.length - released);
    return sealed;
  } finally {
    underWay.over();
  }
}

/** Throws `custody-not-ready`. */
async function knownOf(context: NodeContext, segment: SegmentId) {
  const head = context.copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const card = await newestCard(context.db, segment);
  const owner = card === null ? null : await currentOwner(context, card);
  return { head, card, owner };
}

/** What was refused because this copy does not have it, or does not have it yet. */
function unknownOf(
  { records }: ReleaseRequestBody,
  examined: readonly Examination[],
  shown: readonly ConsentId[],
): Unknown {
  const codes = examined.map((item) => (item.permit ? null : item.code));
  return {
    batches: records.flatMap(({ header, anchor }, i) =>
      codes[i] === "not-anchored"
        ? [{ organisation: header.body.core.organisation, sequence: anchor.sequence }]
        : [],
    ),
    consents: codes.includes("not-registered") ? shown : [],
    shown,
  };
}

/** What may still be released, as the database says now. */
async function stillGranted(
  context: NodeContext,
  shown: readonly ConsentId[],
  granted: ReadonlySet<RecordId>,
): Promise<ReadonlySet<RecordId>> {
  if (granted.size === 0 || (await isRevoked(context, shown))) return new Set();
  const erased = await erasedRecords(context.db, [...granted]);
  return new Set([...granted].filter((record) => !erased.has(record)));
}

async function examineAll(
  context: NodeContext,
  { body }: ReleaseRequest,
  authority: DecisionAuthority,
  signer: Address,
  segment: SegmentId,
  share: HeldShare,
  owner: Address | null,
): Promise<readonly Examination[]> {
  // For an unknown segment the opening's own owner stands in: its records are not anchored here and read `null` anyway.
  const state = await ledgerState(context, owner ?? body.opening.owner, body.requester, authority);
  const { identity } = context.ledger;
  const permits: ExaminationParts["permits"] = new Map(
    body.permits
      .map((value) => ({
        name: permitDigest(identity, value.body),
        body: value.body,
        signer: permitSigner(identity, value),
      }))
      // One permit may come with signatures of several owners, from homes that have and have not heard of a rotation: the current one's counts.
      .sort((a, b) => Number(a.signer === owner) - Number(b.signer === owner))
      .map(({ name, ...permit }) => [name, permit]),
  );
  const parts = {
    request: {
      signer,
      requester: body.requester,
      action: body.action,
      purpose: body.purpose,
      segment,
      kind: body.opening.kind,
    },
    authority,
    state,
    permits,
    committeeKey: share.committeeKey,
    committee: share.committee,
    firstAnchored: await firstAnchoredOf(
      context,
      body.records.map(
        ({
          header: {
            body: { U, core },
          },
        }) => ({ record: recordIdOf(U), organisation: core.organisation }),
      ),
    ),
    stateOf: await recordStatesOf(
      context,
      body.records.map((item) => recordIdOf(item.header.body.U)),
    ),
    authorSigned: memoised(
      ({ organisation, author, segment }: AuthorNames, by: Address, block: number) =>
        `${organisation}${author}${segment}${by}${block}`,
      (core, by, block) => authorSigned(context, core, by, { block }),
    ),
  };
  const examined: Examination[] = [];
  for (const item of body.records) {
    const examination = await examineRecord(context.proofs, parts, item);
    examined.push(
      owner === null && examination.permit
        ? { record: examination.record, permit: false, code: "unknown-segment" }
        : examination,
    );
  }
  return examined;
}

function answerShares(
  context: NodeContext,
  share: HeldShare,
  { body }: ReleaseRequest,
  request: Digest,
  examined: readonly Examination[],
  given: ReadonlySet<RecordId>,
): Pick<ReleaseAnswerBody, "points" | "shares" | "proof"> {
  const released = examined.map((item) => item.permit && given.has(item.record));
  const pointsWhere = (wanted: boolean): Uint8Array[] =>
    body.records.filter((_, i) => released[i] === wanted).map((item) => item.header.body.U);
  spendAlike(context, pointsWhere(false));
  const points = pointsWhere(true);
  const named = releasePoints(points);
  if (points.length === 0) return { points: named, shares: examined.map(() => null), proof: null };
  const { shares, proof } = releaseShares({
    share: share.secret,
    verificationShare: share.verificationShare,
    points,
    context: fromHex(request),
    random: (length) => context.random.bytes(length),
  });
  let next = 0;
  return {
    points: named,
    shares: released.map((wanted) => (wanted ? (shares[next++] ?? null) : null)),
    proof,
  };
}

/** The work of raising, with a share that is none, so that a refusal takes as long as a release. */
function spendAlike(context: NodeContext, refused: readonly Uint8Array[]): void {
  const points = refused.filter(isPoint);
  if (points.length === 0) return;
  const share = scalarFromSeed(context.random.bytes(48));
  const random = (length: number): Uint8Array => context.random.bytes(length);
  releaseShares({
    share,
    verificationShare: publicKeyOf(share),
    points,
    context: new Uint8Array(32),
    random,
  });
}

function badSignature(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A release request is signed by who asks.",
    fix: "Sign the request's digest with the secp256k1 key of the directory, or as the segment's owner.",
  });
}

import { exchangeRoutes, type ReceiptPage } from "@anamnesis/api/routes/exchange";
import { type Checkpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import {
  receiptIndexes,
  receiptStatement,
  type SignedReceiptPromise,
  verifyReceiptPromise,
} from "@anamnesis/core/audit/receiptStatement";
import {
  consistencyPathIn,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from "@anamnesis/core/audit/merkleTree";
import type { ReceiptEntry } from "@anamnesis/core/audit/receiptEntry";
import { withTiles } from "@anamnesis/core/audit/tiles";
import { ed25519Verify } from "@anamnesis/core/crypto/ed25519";
import { equalBytes, fromHex } from "@anamnesis/core/encoding/bytes";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { Digest, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import type { Requester } from "@anamnesis/core/release/releaseRequest";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { accessRequestFor, ownerAccess, type SegmentAccess } from "./access.ts";
import { publishedHead } from "./audit/publishedHead.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium, Custodian } from "./consortium.ts";
import { receiptKeys } from "./keys/epochKeys.ts";
import { type PatientKeys, segmentOf } from "./keys/patientKeys.ts";
import { openOwnReceipt } from "./openOwnReceipt.ts";
import { compareHeads, newestHeads, type SeenHead } from "./compareHeads.ts";
import { aboutAccused, memberCards } from "./memberCards.ts";
import { type LedgerView, readLedger } from "./ledgerView.ts";
import { provable } from "./provable.ts";
import { connect, type Runtime } from "./runtime.ts";
import { codeOf } from "./ourError.ts";

export interface AccessLogParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** All by default. */
  readonly kinds?: readonly SegmentKind[];
  /** The ledger's reading side; without it, anchored heads are the custodians' own word. */
  readonly ledger?: Pick<LedgerPort, "head" | "events">;
  /** Signed heads of an earlier time: a log that signs another one of the same size is proven to fork. */
  readonly earlier?: readonly string[];
  /** What custodians promised to readers of these segments, see `Receipt.promise`. */
  readonly promises?: readonly SignedReceiptPromise[];
}

export type FindingCode =
  /** The custodian did not give its log; `detail` is the code. */
  | "log-unavailable"
  | "bad-checkpoint"
  /** "These are all" is not signed, or not what was given. */
  | "bad-statement"
  | "incomplete"
  | "bad-inclusion"
  /** The log does not extend its own anchored head. */
  | "bad-consistency"
  /** The head that it calls anchored is not on the ledger, or the ledger has a newer one that it does not extend. */
  | "anchor-mismatch"
  /** A head of this log that other custodians cosigned is not part of it: it told others another story. */
  | "bad-cosigned-head"
  /** A sealed entry does not open, or says something else than the log is committed to. */
  | "bad-entry"
  /**
   * A custodian gave a share, and fewer logs than the threshold have the request, though all were read. Either too few
   * custodians were asked or answered, and nothing opened; or one that served the read hides it. The logs named are the evidence.
   */
  | "missing-entries"
  /** The same, while a log that could not be read may hold it. */
  | "unconfirmed-entries"
  /** Two logs tell one request differently. */
  | "logs-disagree"
  /** A log signed two heads that no one log can have. */
  | "conflicting-heads"
  /** A custodian promised an entry to a reader and does not have it in its log or list. */
  | "broken-promise";

export interface Finding {
  readonly code: FindingCode;
  readonly kind: SegmentKind;
  /** `null` when it is about several custodians. */
  readonly custodian: OrganisationId | null;
  readonly request: Digest | null;
  /** Custodians whose logs are the evidence, index by index, or the code of an error. */
  readonly detail: string;
}

export interface LogAccess {
  readonly kind: SegmentKind;
  /** Digest of the signed request. */
  readonly request: Digest;
  /** Earliest time in the logs. */
  readonly when: UnixSeconds;
  /** `null`: the patient's own device. */
  readonly who: Requester;
  readonly purpose: ReceiptEntry["purpose"];
  readonly basis: ReceiptEntry["basis"];
  readonly consent: ReceiptEntry["consent"];
  /** A record counts as released when any log says so; else with the code of the rule that refused. */
  readonly records: readonly { readonly record: RecordId; readonly outcome: string }[];
  readonly custodians: readonly { readonly organisation: OrganisationId; readonly index: number }[];
}

export interface VerifiedLog {
  readonly custodian: OrganisationId;
  readonly kind: SegmentKind;
  /** Size of the whole log, of all patients, under the signed head. */
  readonly size: number;
  /** Entries about this segment. */
  readonly entries: number;
  /** Size of the newest head on the ledger that it extends; `null` while there is none. */
  readonly anchored: number | null;
  /** Size of the published head that other custodians cosigned and the log contains, and how many did; `null` for none. */
  readonly cosigned: { readonly size: number; readonly witnesses: number } | null;
}

export interface AccessLog {
  /** Oldest first. */
  readonly accesses: readonly LogAccess[];
  readonly logs: readonly VerifiedLog[];
  /** Empty: every custodian answered and all of it verified. */
  readonly findings: readonly Finding[];
  /** What of it can be proven to anyone: `conflicting-heads` and `broken-promise`. */
  readonly evidence: readonly Evidence[];
  /** Newest signed head of each log that answered, to be kept and given as `earlier` the next time. */
  readonly heads: readonly { readonly custodian: OrganisationId; readonly checkpoint: string }[];
}

/** Whether a custodian's view of the ledger has caught up with ours is asked again so often, this far apart (milliseconds). */
const ANCHOR_ATTEMPTS = 10;
const ANCHOR_PAUSE = 500;

interface Context {
  readonly parameters: AccessLogParameters;
  readonly kind: SegmentKind;
  readonly access: SegmentAccess;
  readonly custodian: Custodian;
  readonly ledger: LedgerReader | null;
  readonly findings: Finding[];
  /** Every head that a log signed, with the entries shown under it. */
  readonly heads: SeenHead[];
  readonly evidence: Evidence[];
}

/** The ledger before any log was asked, and as it was read last. */
interface LedgerReader {
  readonly before: LedgerView;
  now: LedgerView;
  readonly port: Pick<LedgerPort, "head" | "events">;
}

interface OpenedEntry {
  readonly organisation: OrganisationId;
  readonly index: number;
  readonly entry: ReceiptEntry;
}

/**
 * The complete access log: every entry of the patient's segments from every custodian, opened, with proofs against each
 * log's signed head, that head against the newest one on the ledger, the signed word that there are no others, and
 * the logs of the custodians against each other. What does not hold is a finding and stands beside the entries; nothing
 * is left out because of it. Throws `unknown-segment`, and `ledger-unavailable` when a ledger was given.
 */
export async function accessLog(parameters: AccessLogParameters): Promise<AccessLog> {
  const { consortium, keys } = parameters;
  const kinds = parameters.kinds ?? SEGMENT_KINDS;
  const ledger = parameters.ledger === undefined ? null : await startReader(parameters.ledger);
  const findings: Finding[] = [];
  const heads: SeenHead[] = [];
  const evidence: Evidence[] = [];
  const work = kinds.flatMap((kind) =>
    consortium.committee.custodians.map((custodian): Context => {
      return {
        parameters,
        kind,
        access: ownerAccess(keys, kind),
        custodian,
        ledger,
        findings,
        heads,
        evidence,
      };
    }),
  );
  const read = await concurrently(work, 6, readLog);
  const accesses = kinds.flatMap((kind) => {
    const ofKind = read.flatMap((log, i) => (work[i]?.kind === kind ? log.entries : []));
    const unread = read.filter((log, i) => work[i]?.kind === kind && log.verified === null).length;
    return merge(consortium, kind, ofKind, unread, findings);
  });
  await compareHeads(parameters, heads, findings, evidence);
  return {
    evidence: await provable(consortium, evidence),
    heads: newestHeads(heads),
    accesses: accesses.sort((a, b) => a.when - b.when),
    logs: read.flatMap((log) => log.verified ?? []),
    findings,
  };
}

async function startReader(port: LedgerReader["port"]): Promise<LedgerReader> {
  const before = await readLedger(port);
  return { before, now: before, port };
}

async function readLog(
  context: Context,
): Promise<{ readonly entries: readonly OpenedEntry[]; readonly verified: VerifiedLog | null }> {
  const { custodian, kind } = context;
  try {
    for (let attempt = 1; ; attempt++) {
      const pages = await fetchPages(context);
      // A custodian that has not yet seen the newest block is not a liar: it gets a few seconds.
      if (attempt < ANCHOR_ATTEMPTS && isBehind(context, pages.at(-1)?.page)) {
        await context.parameters.runtime.sleep(ANCHOR_PAUSE);
        continue;
      }
      await catchUp(context, pages.at(-1)?.page);
      const verified = pages.map((fetched, i) => verifyPage(context, fetched, i === pages.length - 1));
      const entries = (await Promise.all(pages.map(({ page }) => openEntries(context, page)))).flat();
      const last = verified.at(-1);
      checkCount(context, pages);
      await checkPromises(context, pages);
      const cosigned = last === undefined || last === null ? null : await verifyCosigned(context, last);
      return {
        entries,
        verified:
          last === undefined || last === null
            ? null
            : {
                custodian: custodian.organisation,
                kind,
                size: last.size,
                entries: entries.length,
                anchored: pages.at(-1)?.page.anchored?.size ?? null,
                cosigned,
              },
      };
    }
  } catch (error) {
    report(context, "log-unavailable", codeOf(error));
    return { entries: [], verified: null };
  }
}

export interface FetchedPage {
  readonly page: ReceiptPage;
  readonly from: number;
}

/** A log that grows meanwhile answers each page under a newer head; positions stay, so that the last count covers all. */
export async function fetchPages({
  parameters: { runtime },
  access,
  custodian,
}: {
  readonly parameters: Pick<AccessLogParameters, "runtime">;
  readonly access: SegmentAccess;
  readonly custodian: Custodian;
}): Promise<readonly FetchedPage[]> {
  const client = connect(runtime, custodian.endpoint, access.signer);
  const pages: FetchedPage[] = [];
  let from: number | null = 0;
  while (from !== null) {
    const { organisation } = custodian;
    const request = accessRequestFor(runtime, access, "receipts", organisation, "PATRQT", from);
    const page = await client.call(exchangeRoutes.listReceipts, {}, request);
    pages.push({ page, from });
    // Not forwards means no end; the count then does not fit and is found.
    from = page.next !== null && page.next > from ? page.next : null;
  }
  return pages;
}

function headsOf(
  view: LedgerView,
  { custodian }: Context,
): readonly { readonly size: number; readonly root: string }[] {
  return view.logHeads.get(custodian.organisation) ?? [];
}

function sizeBefore(context: Context): number {
  return context.ledger === null ? 0 : (headsOf(context.ledger.before, context).at(-1)?.size ?? 0);
}

function isBehind(context: Context, page: ReceiptPage | undefined): boolean {
  return sizeBefore(context) > (page?.anchored?.size ?? 0);
}

/** A custodian may know a head that was anchored after we read the ledger: then we read it again, and do not believe it. */
async function catchUp(context: Context, page: ReceiptPage | undefined): Promise<void> {
  const { ledger } = context;
  const anchored = page?.anchored ?? null;
  if (ledger === null || anchored === null) return;
  if (headsOf(ledger.now, context).some((head) => head.size === anchored.size)) return;
  ledger.now = await readLedger(ledger.port);
}

function verifyPage(context: Context, { page }: FetchedPage, isLast: boolean): Checkpoint | null {
  const { custodian, access } = context;
  const { organisation, ed25519: publicKey } = custodian;
  let checkpoint: Checkpoint;
  try {
    checkpoint = verifyCheckpoint(page.checkpoint, { name: logOrigin(organisation), publicKey });
  } catch (error) {
    report(context, "bad-checkpoint", codeOf(error));
    return null;
  }
  const { size, root } = checkpoint;
  const { statement } = page;
  const digest = receiptStatement.digest({
    custodian: organisation,
    segment: statement.segment,
    size: statement.size,
    count: statement.count,
    indexes: statement.indexes,
  });
  context.heads.push({
    custodian,
    kind: context.kind,
    text: page.checkpoint,
    checkpoint,
    entries: page.entries.map(({ index, commitment, path: way }) => ({ index, commitment, path: way })),
  });
  const signed =
    statement.segment === access.segment &&
    statement.size === size &&
    ed25519Verify(fromHex(digest), statement.signature, publicKey);
  if (!signed) report(context, "bad-statement", `size ${size}`);
  for (const { index, commitment, path } of page.entries) {
    const included = verifyInclusion({ leafHash: leafHash(commitment), index, size, path, root });
    if (!included) report(context, "bad-inclusion", `index ${index}`);
  }
  if (isLast) verifyAnchor(context, page, checkpoint);
  return checkpoint;
}

function verifyAnchor(context: Context, { anchored }: ReceiptPage, { size, root }: Checkpoint): void {
  if (anchored !== null) {
    const extended = verifyConsistency({
      from: anchored.size,
      fromRoot: fromHex(anchored.root),
      to: size,
      toRoot: root,
      path: anchored.consistency,
    });
    if (!extended) report(context, "bad-consistency", `from ${anchored.size} to ${size}`);
  }
  if (context.ledger === null) return;
  const heads = headsOf(context.ledger.now, context);
  const onLedger =
    anchored === null || heads.some((head) => head.size === anchored.size && head.root === anchored.root);
  if (!onLedger || (anchored?.size ?? 0) < sizeBefore(context)) {
    report(context, "anchor-mismatch", `ledger ${sizeBefore(context)}, log ${anchored?.size ?? 0}`);
  }
}

/**
 * The log that the patient is shown contains the head that the other custodians cosigned: also without the ledger, a custodian
 * then needs them to tell the patient another story. A log that nobody cosigned yet is none the worse for it.
 */
async function verifyCosigned(context: Context, head: Checkpoint): Promise<VerifiedLog["cosigned"]> {
  const { custodian, parameters } = context;
  const published = await publishedHead(parameters.runtime, parameters.consortium, custodian).catch(
    () => null,
  );
  if (published === null || published.witnesses.length === 0) return null;
  const [from, to] = published.head.size <= head.size ? [published.head, head] : [head, published.head];
  let contained = false;
  try {
    const path = await withTiles(to.size, published.reader.tile, (tree) =>
      consistencyPathIn(tree, from.size, to.size),
    );
    contained = verifyConsistency({
      from: from.size,
      fromRoot: from.root,
      to: to.size,
      toRoot: to.root,
      path,
    });
  } catch (error) {
    report(context, "bad-cosigned-head", `size ${published.head.size}: ${codeOf(error)}`);
    return null;
  }
  if (!contained) {
    report(context, "bad-cosigned-head", `size ${published.head.size}`);
    return null;
  }
  return { size: published.head.size, witnesses: published.witnesses.length };
}

/** All pages together are as many different entries as the last statement says, in the log's order. */
function checkCount(context: Context, pages: readonly FetchedPage[]): void {
  const indexes = pages.flatMap(({ page }) => page.entries.map((entry) => entry.index));
  const ascending = indexes.every((index, i) => i === 0 || index > (indexes[i - 1] as number));
  const statement = pages.at(-1)?.page.statement;
  const count = statement?.count ?? 0;
  const all = indexes.length === count && statement?.indexes === receiptIndexes(indexes);
  if (!ascending || !all) report(context, "incomplete", `${indexes.length} of ${count}`);
}

/** What this custodian promised to readers, against the log and the list that it signs now. */
async function checkPromises(context: Context, pages: readonly FetchedPage[]): Promise<void> {
  const { custodian, access, parameters } = context;
  const { organisation, ed25519, earlierEd25519 } = custodian;
  const isOwn = (promise: SignedReceiptPromise): boolean =>
    [ed25519, ...earlierEd25519].some((key) => verifyReceiptPromise(promise, key));
  const last = pages.at(-1)?.page;
  if (last === undefined) return;
  const entries = pages.flatMap(({ page }) => page.entries.map((entry) => ({ page, entry })));
  const indexes = entries.map(({ entry }) => entry.index);
  for (const promise of parameters.promises ?? []) {
    const { segment, index, commitment } = promise.promise;
    const about = promise.promise.custodian === organisation && segment === access.segment;
    if (!about || !isOwn(promise)) continue;
    const found = entries.find(({ entry }) => entry.index === index);
    if (found !== undefined && equalBytes(found.entry.commitment, commitment)) continue;
    report(context, "broken-promise", `index ${index}`);
    const cards = await memberCards(parameters.runtime, parameters.consortium, organisation);
    if (cards === null) continue;
    const { size, count, signature, indexes: digest } = last.statement;
    const statement = { custodian: organisation, segment, size, count, indexes: digest };
    context.evidence.push({
      kind: "missing-entry",
      ...aboutAccused(organisation, cards),
      promise,
      unlisted: found === undefined ? { statement, signature, indexes } : null,
      replaced:
        found === undefined
          ? null
          : {
              checkpoint: found.page.checkpoint,
              entry: { commitment: found.entry.commitment, path: found.entry.path },
            },
    });
  }
}

async function openEntries(context: Context, page: ReceiptPage): Promise<readonly OpenedEntry[]> {
  const { access, custodian } = context;
  const { organisation } = custodian;
  const seeds = await receiptKeys(context.parameters.keys, segmentOf(context.parameters.keys, context.kind));
  const opened: OpenedEntry[] = [];
  for (const { index, commitment, sealed } of page.entries) {
    try {
      const { entry } = await openOwnReceipt(access.segment, commitment, sealed, seeds);
      if (entry.custodian === organisation) opened.push({ organisation, index, entry });
      else report(context, "bad-entry", `index ${index}: custodian`);
    } catch (error) {
      report(context, "bad-entry", `index ${index}: ${codeOf(error)}`);
    }
  }
  return opened;
}

function report({ findings, kind, custodian }: Context, code: FindingCode, detail: string): void {
  findings.push({ code, kind, custodian: custodian.organisation, request: null, detail });
}

/** One access for each request, and the logs of the custodians that served it held against each other. */
function merge(
  { committee }: Consortium,
  kind: SegmentKind,
  entries: readonly OpenedEntry[],
  unread: number,
  findings: Finding[],
): readonly LogAccess[] {
  const byRequest = Map.groupBy(entries, (opened) => opened.entry.request);
  return [...byRequest].map(([request, told]) => {
    const first = told[0] as OpenedEntry;
    const evidence = told.map(({ organisation, index }) => `${organisation} ${index}`).join(", ");
    const find = (code: FindingCode): void =>
      void findings.push({ code, kind, custodian: null, request, detail: evidence });
    if (told.some(({ entry }) => factsOf(entry) !== factsOf(first.entry))) find("logs-disagree");
    const releasing = told.filter(({ entry }) => entry.records.some(isReleased));
    const logs = new Set(told.map((opened) => opened.organisation));
    if (releasing.length > 0 && logs.size < committee.threshold) {
      find(logs.size + unread < committee.threshold ? "missing-entries" : "unconfirmed-entries");
    }
    const granted = releasing[0]?.entry ?? first.entry;
    return {
      kind,
      request,
      when: told.reduce(
        (earliest, { entry }) => (entry.time < earliest ? entry.time : earliest),
        first.entry.time,
      ),
      who: first.entry.requester,
      purpose: first.entry.purpose,
      basis: granted.basis,
      consent: first.entry.consent,
      records: first.entry.records.map((item, i) => ({
        record: item.record,
        outcome: told.some(({ entry }) => isReleased(entry.records[i])) ? "released" : item.outcome,
      })),
      custodians: told.map(({ organisation, index }) => ({ organisation, index })),
    };
  });
}

function isReleased(item: { readonly outcome: string } | undefined): boolean {
  return item?.outcome === "released";
}

/** What follows from the request alone, so that every custodian has to tell the same. */
function factsOf({ requester, action, purpose, consent, committee, records }: ReceiptEntry): string {
  return JSON.stringify([requester, action, purpose, consent, committee, records.map((item) => item.record)]);
}

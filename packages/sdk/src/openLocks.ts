import type { ConsentBody } from "@anamnesis/core/consent/consent";
import { coversPeriod, coversType, exceptsRecord, type Purpose } from "@anamnesis/core/consent/terms";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { Day, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { SegmentAccess } from "./access.ts";
import { type CustodyReport, TooFewCustodians } from "./askCustodians.ts";
import type { Consortium } from "./consortium.ts";
import type { LedgerView } from "./ledgerView.ts";
import { type ListedRecord, type Listing, listRecords, NOT_OPENED } from "./listRecords.ts";
import type { RejectedHeader } from "./listing/toldHeader.ts";
import { openWraps, type UnwrappedRecord } from "./openWraps.ts";
import { provable } from "./provable.ts";
import { findSuccessor, recordStanding, type RecordStanding } from "./recordStanding.ts";
import { type ReadyRecord, releaseInGroups } from "./releaseInGroups.ts";
import { holdsByItself } from "./listing/proveHeaders.ts";
import type { SegmentMemory } from "./listing/segmentMemory.ts";
import { codeOf } from "./ourError.ts";
import type { Runtime } from "./runtime.ts";

/** What is known of a record before lock B is opened. */
export interface OrderedRecord {
  readonly record: RecordId;
  readonly attributes: Attributes;
  /** On which it was sealed. */
  readonly day: Day;
}

export interface OpenParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** From `ownerAccess` or `granteeAccess`. */
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
  /** Which of the permitted records to open; all by default. */
  readonly filter?: (record: { readonly record: RecordId; readonly attributes: Attributes }) => boolean;
  /** Which are asked for first; in the order of the listing by default. */
  readonly order?: (one: OrderedRecord, other: OrderedRecord) => number;
  /** From an earlier `listRecords`; the homes are asked by default. */
  readonly listing?: Listing;
  /** Of this segment, from an earlier look: what it has is neither listed nor unwrapped again, see `SegmentMemory`. */
  readonly memory?: SegmentMemory;
  /** What the ledger itself says: with it each record comes with what became of it, and nobody is asked for an erased one. */
  readonly ledger?: LedgerView;
  /** Asks the custodians also for what the consent does not permit, to see them refuse. */
  readonly askAnyway?: boolean;
  /** As few custodians as can open by default. */
  readonly ask?: "threshold" | "all";
  /** Each group of records whose locks were asked for, before its contents are fetched: what else is to be done with the keys. */
  readonly onUnlocked?: (records: readonly UnlockedRecord[]) => Promise<void>;
  /** After each record, opened or refused. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

/** A record of which lock A is open, and lock B if `G` is there. */
export interface UnlockedRecord extends ReadyRecord {
  /** 33 bytes; `null`: no custodian gave a share. */
  readonly G: Uint8Array | null;
  /** `null` without `ledger`. */
  readonly standing: RecordStanding | null;
  /** Of the same segment, when the ledger and the successor's own wrap say so. */
  readonly successor: RecordId | null;
}

/** `not-opened`: no custodian gave a share, whatever the reason. `erased`: by the ledger. Other codes are about what this side found itself. */
export interface RefusedRecord {
  readonly record: RecordId;
  readonly code: string;
}

/** What `openLocks` is told about a group of records while they are opened. */
export interface GroupReport {
  /** After each record, opened or refused. */
  readonly done: () => void;
  /** What proves a lie, see `evidence`. */
  readonly accuse: (evidence: Evidence) => void;
}

export interface OpenedLocks<T> {
  readonly opened: readonly T[];
  readonly refused: readonly RefusedRecord[];
  /** Records that the consent does not permit and for which nobody was asked. */
  readonly outside: number;
  /** `NOT_OPENED` when something was asked for and no share came, else `null`. */
  readonly message: string | null;
  readonly report: CustodyReport & Pick<Listing, "missing" | "rejected" | "withheld">;
}

type UseGroup<T> = (
  records: readonly UnlockedRecord[],
  tell: GroupReport,
) => Promise<readonly (T | RefusedRecord)[]>;

/**
 * Opens both locks of records of one segment: lists and verifies headers, opens lock A, asks the custodians for lock B with one signed
 * request per group (`releaseInGroups`). What such a group becomes is `use`'s: it gives for each record what was opened or why not, and calls `tell.done` when it is
 * through with one. Every request leaves receipts, refused ones too.
 *
 * Throws `not-opened` and `homes-unreachable` from the listing, `TooFewCustodians` with what was gathered until then, and what `use` throws.
 */
export async function openLocks<T extends object>(
  parameters: OpenParameters,
  use: UseGroup<T>,
): Promise<OpenedLocks<T>> {
  const { access, consortium, filter, ledger } = parameters;
  const listing = parameters.listing ?? (await listRecords({ ...parameters, verify: "signatures" }));
  const isErased = ({ record }: ListedRecord): boolean => ledger?.erased.has(record) === true;
  const live = { ...listing, records: listing.records.filter((item) => !isErased(item)) };
  const { open: unwrapped, closed } = await openWraps({ ...parameters, listing: live });
  const refused: RefusedRecord[] = [
    ...listing.records.filter(isErased).map(({ record }) => ({ record, code: "erased" })),
    ...closed,
  ];
  const consent = access.consent?.body ?? null;
  const permitted = unwrapped.filter(
    ({ content }) =>
      parameters.askAnyway === true ||
      consent === null ||
      permits(consent, parameters.purpose, content.attributes),
  );
  const wanted = permitted.filter(
    ({ record, content }) => filter === undefined || filter({ record, attributes: content.attributes }),
  );
  refused.push(...wanted.filter(unanchored).map(({ record }) => ({ record, code: "not-anchored" })));
  const anchored = wanted.flatMap((item) => (item.anchor === null ? [] : [{ ...item, anchor: item.anchor }]));
  const { order } = parameters;
  const ready =
    order === undefined ? anchored : anchored.toSorted((one, other) => order(ordered(one), ordered(other)));

  const opened: T[] = [];
  const evidence: Evidence[] = [...listing.evidence];
  const rounds: CustodyReport[] = [];
  let released = false;
  let done = 0;
  const tell: GroupReport = {
    done: () => {
      done += 1;
      parameters.onProgress?.({ done, of: ready.length });
    },
    accuse: (found) => void evidence.push(found),
  };
  const doubtful: ReadyRecord[] = [];
  const proving = { consortium, segment: access.segment, verify: "all", cards: listing.cards } as const;
  const ask = parameters.ask ?? "threshold";
  const groups = releaseInGroups({
    ...parameters,
    ask,
    permits: listing.permits,
    records: ready,
    onRound: (report) => rounds.push(report),
  });
  try {
    for await (const { records, round } of groups) {
      released ||= round.G.some((G) => G !== null);
      const unlocked = records.map((item, i) => {
        const standing = ledger === undefined ? null : recordStanding(ledger, item.header, item.content);
        const successor = standing === null ? null : findSuccessor(standing, item.record, unwrapped);
        return { ...item, G: round.G[i] ?? null, standing, successor };
      });
      const isBroken = ({ G, header }: UnlockedRecord): boolean =>
        G === null && listing.verified !== "all" && !holdsByItself(proving, header);
      const broken = new Set(unlocked.filter(isBroken));
      doubtful.push(...broken);
      parameters.memory?.refuse(unlocked.flatMap(({ G, label }) => (G === null ? [label] : [])));
      const sound = unlocked.filter((item) => !broken.has(item));
      await parameters.onUnlocked?.(sound);
      for (const result of await use(sound, tell)) {
        if ("code" in result) refused.push(result);
        else opened.push(result);
      }
    }
  } catch (error) {
    if (!(error instanceof TooFewCustodians)) throw error;
    const proven = await provable(parameters.consortium, evidence);
    throw new TooFewCustodians(parameters.consortium, merge(rounds, proven));
  }
  const again = await openFromOthers(parameters, doubtful, use);
  doubtful.forEach(tell.done);
  opened.push(...again.opened);
  refused.push(...again.refused);
  if (again.report !== null) rounds.push(again.report);
  released ||= again.opened.length > 0;
  const isAsked = rounds.some(({ asked }) => asked.length > 0);
  return {
    opened,
    refused,
    outside: unwrapped.length - permitted.length,
    message: isAsked && !released ? NOT_OPENED : null,
    report: {
      ...merge(rounds, await provable(parameters.consortium, evidence)),
      missing: listing.missing,
      rejected: [...listing.rejected, ...again.rejected],
      withheld: listing.withheld,
    },
  };
}

/**
 * A header whose proof or signature a home has broken comes whole from another one: these records are listed once more with all proofs, and what does not prove itself is left out. Neither
 * is part of what is signed, so nothing else of a header can be another one's.
 */
async function openFromOthers<T extends object>(
  parameters: OpenParameters,
  broken: readonly ReadyRecord[],
  use: UseGroup<T>,
): Promise<
  Pick<OpenedLocks<T>, "opened" | "refused"> & {
    readonly report: CustodyReport | null;
    readonly rejected: readonly RejectedHeader[];
  }
> {
  if (broken.length === 0) return { opened: [], refused: [], report: null, rejected: [] };
  const wanted = new Set(broken.map(({ record }) => record));
  const { onProgress: _, memory: __, ...others } = parameters;
  try {
    const all = await listRecords({ ...others, verify: "all" });
    const listing = { ...all, records: all.records.filter(({ record }) => wanted.has(record)) };
    const { opened, refused, report } = await openLocks({ ...others, listing }, use);
    return { opened, refused, report, rejected: all.rejected };
  } catch (error) {
    // What is open stays open, and what was given leaves its receipts.
    const code = codeOf(error);
    const report = error instanceof TooFewCustodians ? error.report : null;
    return { opened: [], refused: broken.map(({ record }) => ({ record, code })), report, rejected: [] };
  }
}

function ordered({ record, content, header }: UnwrappedRecord): OrderedRecord {
  return { record, attributes: content.attributes, day: header.body.core.day };
}

function unanchored(item: UnwrappedRecord): boolean {
  return item.anchor === null;
}

/** What the consent says about one record, as the custodians will decide it: so that nobody is asked in vain. */
function permits(consent: ConsentBody, purpose: Purpose, attributes: Attributes): boolean {
  const { resourceType, from, to } = attributes;
  const asked = { actions: ["read"], purpose } as const;
  return (
    coversType(consent, resourceType) &&
    coversPeriod(consent, { dataFrom: from, dataTo: to }) &&
    !consent.exceptions.some((exception) => exceptsRecord(exception, asked, attributes))
  );
}

function merge(rounds: readonly CustodyReport[], evidence: readonly Evidence[]): CustodyReport {
  const distinct = <T extends { readonly organisation: OrganisationId }>(
    items: readonly T[],
  ): readonly T[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  return {
    asked: [...new Set(rounds.flatMap((round) => round.asked))],
    answered: [...new Set(rounds.flatMap((round) => round.answered))],
    silent: distinct(rounds.flatMap((round) => round.silent)),
    culprits: distinct(rounds.flatMap((round) => round.culprits)),
    receipts: rounds.flatMap((round) => round.receipts),
    evidence: [...evidence, ...rounds.flatMap((round) => round.evidence)],
  };
}

import { makeCommittedKey } from "@anamnesis/core/record/openContent";
import { type AnchorProof, MAX_RECORDS_PER_REQUEST } from "@anamnesis/core/release/releaseRequest";
import { askCustodians, type AskCustodiansParameters, type Asked } from "./askCustodians.ts";
import type { UnwrappedRecord } from "./openWraps.ts";

/** On the ledger, and behind lock B alone. */
export interface ReadyRecord extends UnwrappedRecord {
  readonly anchor: AnchorProof;
}

export interface ReleasedGroup {
  readonly records: readonly ReadyRecord[];
  /** For which nobody was asked. */
  readonly unsound: readonly ReadyRecord[];
  /** Of `records`; `null` when there are none. */
  readonly round: Asked | null;
}

export interface ReleaseParameters extends Pick<
  AskCustodiansParameters,
  "runtime" | "consortium" | "access" | "purpose" | "ask" | "permits"
> {
  readonly records: readonly ReadyRecord[];
  /** Looked at just before the custodians are asked for a record. */
  readonly isSound: (record: ReadyRecord) => boolean;
}

/** Groups for which the custodians were asked while one is used: what a custodian does for one of them it does while this side and the others work. */
const AHEAD = 2;

/**
 * Lock B of any number of records, with one signed request for each 128: the custodians work on the next groups while this side works on one. A caller
 * that stops in between has had up to two groups more released, with their receipts, than it took. Throws what `askCustodians` throws.
 */
export async function* releaseInGroups(parameters: ReleaseParameters): AsyncGenerator<ReleasedGroup, void> {
  const { records } = parameters;
  const coming: Promise<ReleasedGroup>[] = [];
  let from = 0;
  const askAhead = (): void => {
    while (from < records.length && coming.length <= AHEAD) {
      const group = release(parameters, records.slice(from, from + MAX_RECORDS_PER_REQUEST));
      // Looked at when its turn comes, or never, when the caller leaves before.
      group.catch(() => undefined);
      coming.push(group);
      from += MAX_RECORDS_PER_REQUEST;
    }
  };
  for (;;) {
    askAhead();
    const next = coming.shift();
    if (next === undefined) return;
    const group = await next;
    askAhead();
    yield group;
  }
}

async function release(
  { isSound, ...parameters }: ReleaseParameters,
  group: readonly ReadyRecord[],
): Promise<ReleasedGroup> {
  const sound = new Set(group.filter(isSound));
  const records = [...sound];
  const unsound = group.filter((item) => !sound.has(item));
  if (records.length === 0) return { records, unsound, round: null };
  const round = await askCustodians({
    ...parameters,
    records: records.map(({ header, content: { attributes, salt }, anchor }) => {
      return { header, attributes, salt, anchor };
    }),
    fits: (at, G) => {
      const { header, content } = records[at] as ReadyRecord;
      return makeCommittedKey(header.body, content.k1, G);
    },
  });
  return { records, unsound, round };
}

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

/**
 * Lock B of any number of records, with one signed request for each 128: the custodians work on a group while this side works on the one before. A caller
 * that stops in between has had one group more released, with its receipts, than it took. Throws what `askCustodians` throws.
 */
export async function* releaseInGroups(parameters: ReleaseParameters): AsyncGenerator<ReleasedGroup, void> {
  const { records } = parameters;
  const groupFrom = (from: number): Promise<ReleasedGroup> | null => {
    const group = records.slice(from, from + MAX_RECORDS_PER_REQUEST);
    return group.length === 0 ? null : release(parameters, group);
  };
  let coming = groupFrom(0);
  for (let from = MAX_RECORDS_PER_REQUEST; coming !== null; from += MAX_RECORDS_PER_REQUEST) {
    const group: ReleasedGroup = await coming;
    coming = groupFrom(from);
    // Looked at when its turn comes, or never, when the caller leaves before.
    coming?.catch(() => undefined);
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

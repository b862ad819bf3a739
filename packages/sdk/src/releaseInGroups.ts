import type { Permit } from "@anamnesis/core/segment/permit";
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
  readonly round: Asked;
}

/**
 * Lock B of any number of records, with one signed request for each 128: the custodians work on a group while this side works on the one before. A caller
 * that stops in between has had one group more released, with its receipts, than it took. Throws what `askCustodians` throws.
 */
export async function* releaseInGroups(
  parameters: Pick<AskCustodiansParameters, "runtime" | "consortium" | "access" | "purpose" | "ask">,
  permits: readonly Permit[],
  records: readonly ReadyRecord[],
): AsyncGenerator<ReleasedGroup, void> {
  let coming = askFor(parameters, permits, records.slice(0, MAX_RECORDS_PER_REQUEST));
  for (let from = MAX_RECORDS_PER_REQUEST; coming !== null; from += MAX_RECORDS_PER_REQUEST) {
    const group: ReleasedGroup = await coming;
    coming = askFor(parameters, permits, records.slice(from, from + MAX_RECORDS_PER_REQUEST));
    // Looked at when its turn comes, or never, when the caller leaves before.
    coming?.catch(() => undefined);
    yield group;
  }
}

function askFor(
  parameters: Pick<AskCustodiansParameters, "runtime" | "consortium" | "access" | "purpose" | "ask">,
  permits: readonly Permit[],
  records: readonly ReadyRecord[],
): Promise<ReleasedGroup> | null {
  if (records.length === 0) return null;
  const round = askCustodians({
    ...parameters,
    permits,
    records: records.map(({ header, content: { attributes, salt }, anchor }) => {
      return { header, attributes, salt, anchor };
    }),
    fits: (at, G) => {
      const { header, content } = records[at] as ReadyRecord;
      return makeCommittedKey(header.body, content.k1, G);
    },
  });
  return round.then((asked) => ({ records, round: asked }));
}

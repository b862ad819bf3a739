import { RECORD_STATES, type RecordState } from "@anamnesis/core/consent/decide";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { erasedRecords } from "../erasure/erasedRecords.ts";

/**
 * What became of records by the copy of the ledger, and by what was stored here for ever: the last that applies, `live` when nothing
 * did. Looked up for all of them at once.
 */
export async function recordStatesOf(
  { copy, db }: Pick<NodeContext, "copy" | "db">,
  records: readonly RecordId[],
): Promise<(name: { readonly record: RecordId; readonly organisation: OrganisationId }) => RecordState> {
  const distinct = [...new Set(records)];
  const words = await copy.recordWords(distinct);
  const erased = await erasedRecords(db, distinct);
  return ({ record, organisation }) => {
    if (erased.has(record)) return "erased";
    const about = words.filter(
      (word) => word.record === record && (word.organisation === null || word.organisation === organisation),
    );
    return RECORD_STATES.findLast((state) => about.some((word) => word.state === state)) ?? "live";
  };
}

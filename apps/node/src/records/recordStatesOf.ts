import { RECORD_STATES, type RecordState } from "@anamnesis/core/consent/decide";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** What the copy of the ledger says became of records, looked up in one question: the last that applies, `live` when nothing did. */
export async function recordStatesOf(
  { copy }: Pick<NodeContext, "copy">,
  records: readonly RecordId[],
): Promise<(name: { readonly record: RecordId; readonly organisation: OrganisationId }) => RecordState> {
  const words = await copy.recordWords([...new Set(records)]);
  return ({ record, organisation }) => {
    const about = words.filter(
      (word) => word.record === record && (word.organisation === null || word.organisation === organisation),
    );
    return RECORD_STATES.findLast((state) => about.some((word) => word.state === state)) ?? "live";
  };
}

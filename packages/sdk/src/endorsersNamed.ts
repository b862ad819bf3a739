import type { Client } from "@anamnesis/api/client";
import { standingRoutes } from "@anamnesis/api/routes/standing";
import type { RecordId } from "@anamnesis/core/ids";
import type { Endorsers } from "@anamnesis/core/record/endorsement";

/**
 * Who was named on the ledger to co-sign a record of the own organisation, so that what takes its place asks for the same signatures; `null`: nobody.
 * @param node the author organisation's own. Throws what it answers.
 */
export async function endorsersNamed(node: Client, record: RecordId): Promise<Endorsers | null> {
  const { standings } = await node.call(standingRoutes.recordStandings, {}, { records: [record] });
  const named = standings[0]?.endorsers ?? null;
  return named === null ? null : { threshold: named.threshold, organisations: named.asked };
}

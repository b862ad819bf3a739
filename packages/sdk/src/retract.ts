import type { Client } from "@anamnesis/api/client";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import type { RecordId } from "@anamnesis/core/ids";

/**
 * Has the author organisation take one of its records back: once the ledger says so it opens for its owner alone. When it resolves the node has
 * the signed intent on its disk.
 * @param node the author organisation's own, with an administrator as signer. Throws `not-authorised`, `not-found`, `not-anchored`.
 */
export async function retractRecord(node: Client, record: RecordId): Promise<void> {
  await node.call(recordVerbRoutes.retractRecord, {}, { record });
}

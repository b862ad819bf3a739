import type { RecordId, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { hideReceivedRecord } from "../fhir/received/hideReceived.ts";

/**
 * Keeps for ever that a record is erased, in the caller's transaction; the first time stays, and so does the first request.
 * @param request encoded `erase-request`; `null` when only the ledger said so.
 */
export async function keepErasure(
  tx: Queryable,
  record: RecordId,
  storedAt: UnixSeconds,
  request: Uint8Array | null,
): Promise<void> {
  await tx.query(
    `insert into sticky_erasures (record, stored_at, request) values ($1, $2, $3)
     on conflict (record) do update set request = coalesce(sticky_erasures.request, excluded.request)`,
    [record, storedAt, request],
  );
  await hideReceivedRecord(tx, record, null);
}

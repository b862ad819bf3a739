import type { OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

/**
 * Takes a record from everybody's sight in the transaction that keeps that it was erased or taken back: no limits are about a resource of no segment. The next pass deletes it.
 * @param organisation whose record; `null`: whoever anchored it.
 */
export async function hideReceivedRecord(
  tx: Queryable,
  record: RecordId,
  organisation: OrganisationId | null,
): Promise<void> {
  await tx.query(
    `update fhir_resources set segment = null where row in (
       select row from received_records where record = $1 and ($2::text is null or organisation = $2))`,
    [record, organisation],
  );
}

/** The same of all of a segment whose owner is another one now: what the owner before signed counts no more. */
export async function hideReceivedSegment(tx: Queryable, segment: SegmentId): Promise<void> {
  await tx.query("update fhir_resources set segment = null where segment = $1 and origin = 'received'", [
    segment,
  ]);
}

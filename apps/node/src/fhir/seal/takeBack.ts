import { hasCode } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../../context.ts";
import { retractRecord } from "../../records/retractRecord.ts";

/** Records of one look. */
const MOST_AT_ONCE = 256;

/**
 * Takes back what was sealed of resources that were deleted, or that belong into another segment now, once it stands on the ledger. A record whose successor the ledger is still to
 * be told of waits: taken back, it could not be amended any more. Returns how many went into the outbox.
 */
export async function takeBack(context: NodeContext): Promise<number> {
  const rows = await context.db.query<{
    readonly row: number;
    readonly version: number;
    readonly record: RecordId;
  }>(
    `select s.row, s.version, s.record from fhir_seals s
     join records r on r.record = s.record and r.own
     join ledger_batches b on b.organisation = r.organisation and b.sequence = r.sequence and b.manifest_held
     where s.state = 'retracting' and not exists (select 1 from amendments_wanted w where w.earlier = s.record)
     order by s.row, s.version limit ${MOST_AT_ONCE}`,
  );
  let taken = 0;
  for (const { row, version, record } of rows) {
    try {
      await retractRecord(context, record, async (tx) => {
        await tx.query("update fhir_seals set state = 'retracted' where row = $1 and version = $2", [
          row,
          version,
        ]);
      });
      taken++;
    } catch (error) {
      if (!hasCode(error, "not-anchored")) throw error;
    }
  }
  return taken;
}

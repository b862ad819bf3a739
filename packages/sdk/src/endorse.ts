import type { Client } from "@anamnesis/api/client";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import type { RecordId } from "@anamnesis/core/ids";
import { notOpened } from "./listRecords.ts";
import type { OpenedRecord } from "./open.ts";
import type { OpenParameters } from "./openLocks.ts";
import { readToEndorse } from "./readToEndorse.ts";

export interface EndorseParameters extends Omit<OpenParameters, "filter"> {
  /** The endorsing organisation's own node, with a person of it as signer. */
  readonly node: Client;
  readonly record: RecordId;
  /** Shows what was opened; the record is endorsed when it resolves to true. */
  readonly approve: (opened: OpenedRecord) => boolean | Promise<boolean>;
}

export interface Endorsed {
  readonly opened: OpenedRecord;
  /** False when `approve` said no: then nobody was told anything. */
  readonly endorsed: boolean;
}

/**
 * Opens a record under the patient's consent, shows it, and has the own organisation's node sign it, which the ledger then holds. The node signs only for who
 * proves to have opened both locks.
 *
 * Throws as `openRecords`, `not-opened` when this record did not open, `not-found`, `not-endorser`, `not-authorised`.
 */
export async function endorseRecord({
  record,
  node,
  approve,
  ...parameters
}: EndorseParameters): Promise<Endorsed> {
  const { read } = await readToEndorse({ ...parameters, records: new Set([record]) });
  const [only] = read;
  if (only === undefined) throw notOpened();
  const { opened, wish } = only;
  if (!(await approve(opened))) return { opened, endorsed: false };
  await node.call(recordVerbRoutes.endorseRecord, {}, wish);
  return { opened, endorsed: true };
}

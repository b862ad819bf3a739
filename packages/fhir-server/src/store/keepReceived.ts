import type { ConsentId, RecordId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { Attributes } from "../access/access.ts";
import type { Link } from "../resource/links.ts";
import { writeVersions } from "./writeVersion.ts";

/** A record that was opened under a consent, as a resource. */
export interface ReceivedResource extends Link {
  readonly record: RecordId;
  /** Under which it is kept: when this one ends, another one has to cover it. */
  readonly consent: ConsentId;
  /** Of origin `received`, with its segment. */
  readonly attributes: Attributes;
  /** Milliseconds since 1970. */
  readonly updated: number;
  /** From `receivedForm`. */
  readonly resource: JsonObject;
}

/** Writes received resources that are not there yet, with what finds them, in the caller's transaction. Gives their rows, in this order. */
export async function keepReceived(
  tx: Queryable,
  resources: readonly ReceivedResource[],
): Promise<readonly number[]> {
  if (resources.length === 0) return [];
  await writeVersions(
    tx,
    resources.map(({ type, id, attributes, updated, resource }) => ({
      type,
      id,
      version: 1,
      updated,
      method: "POST",
      attributes,
      resource,
    })),
  );
  const marks = resources.map(({ type, id, record, consent }) => ({ type, id, record, consent }));
  const rows = await tx.query<{ readonly row: number; readonly type: string; readonly id: string }>(
    `update fhir_resources r set record = new.record, consent = new.consent
     from jsonb_to_recordset($1::jsonb) as new (type text, id text, record text, consent text)
     where r.type = new.type and r.id = new.id returning r.row, r.type, r.id`,
    [JSON.stringify(marks)],
  );
  const byLink = new Map(rows.map(({ row, type, id }) => [`${type}/${id}`, row]));
  return resources.flatMap(({ type, id }) => byLink.get(`${type}/${id}`) ?? []);
}

/** Deletes received resources with all versions and everything by which they were found: nothing says that they were there. */
export async function removeReceived(tx: Queryable, rows: readonly number[]): Promise<void> {
  // Versions and index rows go with their resource.
  await tx.query("delete from fhir_resources where row = any($1::bigint[]) and origin = 'received'", [rows]);
}

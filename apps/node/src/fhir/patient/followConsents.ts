import { parseJson } from "@anamnesis/fhir/json/parseJson";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { SegmentId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { stamped } from "@anamnesis/fhir-server/resource/meta";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import type { NodeContext } from "../../context.ts";

/** Consents of one transaction. */
const TOGETHER = 100;

interface ChangedRow {
  readonly row: number;
  readonly id: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly updated: number;
  readonly kind: SegmentKind;
  readonly content: string;
  readonly next: string;
  readonly [column: string]: unknown;
}

/**
 * What this node knows of a posted consent `c`: `inactive` once a revocation is stored here or stands on the copy of the ledger, or the segment has another owner than who signed;
 * `active` while the ledger has its registration; `proposed` before, and where the ledger took it back.
 */
export const STANDING = `case
    when exists (select 1 from sticky_revocations s where s.consent = c.consent)
      or exists (select 1 from ledger_consents l where l.consent = c.consent and l.status = 'revoked')
      or coalesce((select o.owner from ledger_owners o where o.segment = c.segment order by o.generation desc limit 1), c.first_owner) <> c.signer
    then 'inactive'
    when exists (select 1 from ledger_consents l where l.consent = c.consent and l.status = 'registered') then 'active'
    else 'proposed' end`;

/**
 * Brings the status of Consents that patients posted up to what this node knows: a new version each. It permits nothing and ends nothing: custodians look at the ledger and at what they
 * stored, and never at these.
 *
 * @param segments those of these alone; all by default.
 */
export async function followConsents(
  { db, durable, clock }: Pick<NodeContext, "db" | "durable" | "clock">,
  segments: readonly SegmentId[] | null = null,
): Promise<void> {
  const changed = `select c.row, ${STANDING} as next from fhir_consents c where ($1::text[] is null or c.segment = any($1::text[])) and ${STANDING} <> c.status`;
  // Mostly there is nothing, and then nothing is written.
  while ((await db.query(`${changed} limit 1`, [segments])).length > 0) {
    await durable("fhir.consent-status", () =>
      db.transaction(async (tx) => {
        const rows = await tx.query<ChangedRow>(
          `select r.row, r.id, r.version, r.updated, r.kind, v.content, n.next
           from (${changed} order by c.row limit ${TOGETHER}) n
           join fhir_resources r on r.row = n.row join fhir_versions v on v.row = r.row and v.version = r.version
           order by r.row for update of r`,
          [segments],
        );
        const now = clock.now() * 1000;
        await writeVersions(
          tx,
          rows.map(({ id, version, kind, content, next, updated }) => ({
            type: "Consent",
            id,
            version: version + 1,
            updated: Math.max(now, updated),
            method: "PUT",
            attributes: {
              type: "Consent",
              origin: "own",
              kind,
              segment: null,
              days: { from: null, to: null },
            },
            resource: stamped(
              { ...(parseJson(content) as JsonObject), status: next },
              "Consent",
              id,
              version + 1,
              Math.max(now, updated),
            ),
          })),
        );
        await tx.query(
          `update fhir_consents c set status = n.next from jsonb_to_recordset($1::jsonb) as n (row bigint, next text) where c.row = n.row`,
          [JSON.stringify(rows.map(({ row, next }) => ({ row, next })))],
        );
      }),
    );
  }
}

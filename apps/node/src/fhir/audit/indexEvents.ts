import { AUDIT_TYPE } from "@anamnesis/fhir-server/access/access";
import { attributesForOwn } from "@anamnesis/fhir-server/resource/attributesFor";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import type { NodeContext } from "../../context.ts";

/** Events of one transaction: what comes meanwhile on the embedded engine waits for it. */
const TOGETHER = 64;

interface EventRow {
  readonly number: number;
  readonly event: string;
  readonly [column: string]: unknown;
}

/**
 * Makes resources of the AuditEvents that wait in `fhir_audits`, the oldest first, until none is left. A row goes in the transaction that writes its resource: whatever a kill ends,
 * each event is in one of both places.
 */
export async function indexEvents({ db, durable }: Pick<NodeContext, "db" | "durable">): Promise<void> {
  for (;;) {
    const waiting = await db.query<EventRow>(
      `select number, event from fhir_audits order by number limit ${TOGETHER}`,
    );
    if (waiting.length === 0) return;
    await durable("fhir.audit-index", () =>
      db.transaction(async (tx) => {
        const taken = await tx.query<{ readonly number: number }>(
          "delete from fhir_audits where number = any($1::bigint[]) returning number",
          [waiting.map(({ number }) => number)],
        );
        const left = new Set(taken.map(({ number }) => number));
        await writeVersions(
          tx,
          waiting.filter(({ number }) => left.has(number)).map(({ event }) => versionOf(event)),
        );
      }),
    );
  }
}

/** The server's own words: nothing of them is checked again. */
function versionOf(event: string): NewVersion {
  const resource = parseJson(event) as JsonObject & {
    readonly id: string;
    readonly meta: { readonly lastUpdated: string };
  };
  const { id, meta } = resource;
  const attributes = attributesForOwn(AUDIT_TYPE, resource);
  const updated = Date.parse(meta.lastUpdated);
  return { type: AUDIT_TYPE, id, version: 1, updated, method: "POST", attributes, resource };
}

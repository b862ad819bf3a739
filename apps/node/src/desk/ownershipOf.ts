import type { DESK_STATES } from "@anamnesis/api/routes/desk";
import type { SegmentId } from "@anamnesis/core/ids";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { admission } from "@anamnesis/sdk/permit";
import type { NodeContext } from "../context.ts";
import { newestCards } from "../segments/cardStore.ts";

/** Who holds the keys of Patients' segments, by the newest cards that this node has; who has no admission is not in the map. */
export async function ownershipOf(
  { db }: Pick<NodeContext, "db">,
  patients: readonly string[],
): Promise<ReadonlyMap<string, (typeof DESK_STATES)[number]>> {
  const rows = await db.query<{ readonly patient: string; readonly admission: Uint8Array }>(
    "select patient, admission from fhir_admissions where patient = any($1)",
    [patients],
  );
  const segments = new Map<string, SegmentId>();
  for (const row of rows) {
    const [first] = admission.decode(row.admission).segments;
    if (first !== undefined) segments.set(row.patient, segmentIdOfOpening(first.opening));
  }
  const cards = await newestCards(db, [...segments.values()]);
  return new Map(
    [...segments].map(([patient, segment]) => {
      const provisional = cards.get(segment)?.body.provisional ?? null;
      return [patient, provisional === null ? "own" : "provisional"];
    }),
  );
}

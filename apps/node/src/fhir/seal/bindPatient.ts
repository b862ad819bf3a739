import { AnamnesisError } from "@anamnesis/core/errors";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { admission, type Admission } from "@anamnesis/sdk/permit";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import { putCards } from "../../segments/putCards.ts";
import { badAdmission, writableSegment } from "./writableSegments.ts";

type BindContext = Pick<
  NodeContext,
  "organisation" | "db" | "durable" | "ledger" | "log" | "copy" | "clock" | "wake"
>;

/**
 * Takes what a patient handed to this organisation for a Patient of its FHIR server: from now on versions about it are sealed into that patient's segments, those that waited too. The
 * same segments again, with a later permit, take the earlier admission's place; other segments only when `replace` says so, since a mistake here gives one person's records to another.
 *
 * Throws `not-found`, `bad-admission`, `patient-bound`, and what `putCards` throws.
 * @param encoded an `admission`.
 */
export async function bindPatient(
  context: BindContext,
  patient: string,
  encoded: Uint8Array,
  replace: boolean,
): Promise<void> {
  const { db } = context;
  const given = decoded(encoded);
  if (given.organisation !== context.organisation) throw badAdmission("organisation");
  const there = await db.query(
    "select 1 as one from fhir_resources where type = 'Patient' and id = $1 and origin = 'own' and not deleted",
    [patient],
  );
  if (there.length === 0) throw notFound();
  // A kind that is left out would leave its records waiting, and say which kinds a patient has.
  const kinds = new Set(given.segments.map(({ opening }) => opening.kind));
  if (kinds.size !== SEGMENT_KINDS.length) throw badAdmission("kind");
  const notAfter = Math.min(...given.segments.map(({ permit }) => permit.body.notAfter));
  if (notAfter < context.clock.now()) throw badAdmission("expired");
  for (const { opening, cards } of given.segments) {
    if (cards[0]?.body.segment !== segmentIdOfOpening(opening)) throw badAdmission("segment");
    if ((await putCards(context, cards)) === "waiting") throw badAdmission("owner");
  }
  for (const kind of SEGMENT_KINDS) await writableSegment(context, given, kind);
  await context.durable("fhir.bind", () =>
    db.transaction(async (tx) => {
      const rows = await tx.query<{ readonly admission: Uint8Array }>(
        "select admission from fhir_admissions where patient = $1",
        [patient],
      );
      const [standing] = rows;
      if (standing !== undefined && !replace && namesOf(decoded(standing.admission)) !== namesOf(given))
        throw bound();
      await tx.query(
        `insert into fhir_admissions (patient, admission, not_after) values ($1, $2, $3)
         on conflict (patient) do update set admission = excluded.admission, not_after = excluded.not_after`,
        [patient, encoded, notAfter],
      );
      await tx.query("update fhir_seals set state = 'pending' where patient = $1 and state = 'waiting'", [
        patient,
      ]);
    }),
  );
  context.wake("seal");
}

function decoded(bytes: Uint8Array): Admission {
  try {
    return admission.decode(bytes);
  } catch {
    throw badAdmission("form");
  }
}

function namesOf({ segments }: Admission): string {
  return segments
    .map(({ opening }) => segmentIdOfOpening(opening))
    .toSorted()
    .join();
}

function bound(): AnamnesisError<"patient-bound"> {
  return new AnamnesisError({
    code: "patient-bound",
    rule: "A Patient's records go into the segments of one person.",
    fix: "Check that the admission is this person's; if they enrolled anew, say that it replaces the earlier one.",
  });
}

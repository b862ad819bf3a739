import type { Queryable } from "@anamnesis/core/ports/database";
import { forbidden } from "@anamnesis/fhir-server/errors/fhirError";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import { patientReferenceOf } from "@anamnesis/fhir/patientReference";
import type { Resource } from "@anamnesis/fhir/resource";
import { followTargets, withdrawProvenances } from "./keepProvenances.ts";

/**
 * Notes in the transaction that keeps them which versions are to be sealed: those of a Patient, and those that name a Patient of this server as their subject. Others,
 * such as an Organization or a Practitioner, are nobody's record. What had a patient and has none any more, or was deleted, is noted too: its records are taken back.
 *
 * Throws `fhir-forbidden` for a change of what the server itself says about a resource.
 */
export async function noteVersions(tx: Queryable, versions: readonly NewVersion[]): Promise<void> {
  await requireNotOurs(tx, versions);
  const noted = versions.map((version) => {
    const { type, id } = version;
    return { type, id, version: version.version, patient: patientOf(version) };
  });
  await tx.query(
    `insert into fhir_seals (row, version, patient, state)
     select r.row, new.version, new.patient,
       case when new.patient is null or exists (select 1 from fhir_admissions a where a.patient = new.patient) then 'pending' else 'waiting' end
     from jsonb_to_recordset($1::jsonb) as new (type text, id text, version bigint, patient text)
     cross join lateral (select r.row from fhir_resources r where r.type = new.type and r.id = new.id offset 0) r
     where new.patient is not null or exists (select 1 from fhir_seals s where s.row = r.row)`,
    [JSON.stringify(noted)],
  );
  await withdrawProvenances(
    tx,
    versions.filter(({ resource }) => resource === null),
  );
  // What is new has no Provenance yet.
  await followTargets(
    tx,
    noted.filter(({ version }) => version > 1),
  );
}

function patientOf({ type, id, resource }: NewVersion): string | null {
  if (resource === null) return null;
  const labelled: Resource = { ...resource, resourceType: type };
  return patientReferenceOf(labelled, id)?.slice("Patient/".length) ?? null;
}

async function requireNotOurs(tx: Queryable, versions: readonly NewVersion[]): Promise<void> {
  const ids = versions.filter(({ type }) => type === "Provenance").map(({ id }) => id);
  if (ids.length === 0) return;
  const ours = await tx.query(
    `select 1 as one from fhir_resources r join fhir_provenances p on p.provenance = r.row
     where r.type = 'Provenance' and r.id = any($1::text[])`,
    [ids],
  );
  if (ours.length > 0) throw forbidden();
}

import { type FhirPatients, type FhirPatientsWanted, MAX_PATIENTS } from "@anamnesis/api/routes/admin";
import type { Queryable } from "@anamnesis/core/ports/database";

/**
 * Into whose segments Patients of this node's FHIR server are sealed: those that are named and here, in the order of their ids; or, where none are named, those that have no admission and versions that wait for it.
 * @param wanted `after`: ids behind this one.
 */
export async function fhirPatients(
  db: Queryable,
  { patients, after }: FhirPatientsWanted,
): Promise<FhirPatients> {
  const rows = await db.query<{
    readonly patient: string;
    readonly bound: boolean;
    readonly waiting: number;
  }>(
    `select r.id as patient, a.patient is not null as bound, coalesce(w.waiting, 0)::int as waiting
     from fhir_resources r left join fhir_admissions a on a.patient = r.id
     left join (select patient, count(*) as waiting from fhir_seals where state = 'waiting' group by patient) w on w.patient = r.id
     where r.type = 'Patient' and r.origin = 'own' and not r.deleted and r.id > $1
       and case when $2::jsonb is null then a.patient is null and w.waiting > 0
         else r.id in (select value from jsonb_array_elements_text($2::jsonb)) end
     order by r.id limit ${MAX_PATIENTS + 1}`,
    [after ?? "", patients === null ? null : JSON.stringify(patients)],
  );
  return {
    patients: rows.slice(0, MAX_PATIENTS),
    more: rows.length > MAX_PATIENTS,
  };
}

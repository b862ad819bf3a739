import type { DemoPerson } from "@anamnesis/api/portalDemo";
import { CAST, type OrganisationKey, PEOPLE } from "../cast.ts";
import { expectThat } from "../expectation.ts";
import type { PatientSource } from "../patient.ts";
import { portalSource } from "../sources.ts";
import type { Organisations } from "../start/startWorld.ts";

export type PortalPersonId = "patient" | "registrar" | "administrator" | "doctor" | "laboratory";

/** As whom one can sign in at a portal of the demo, without what makes it possible. */
export type PortalPerson = Pick<DemoPerson, "name" | "role" | "sentence"> & { readonly id: PortalPersonId };

/** The people of each organisation's portal: known from the start, signed in as once they were furnished. @param patient source of the portal's patient. */
export function portalPeople(
  { admins }: Pick<Organisations, "admins">,
  patient: PatientSource = onlyPatient(),
): Readonly<Record<OrganisationKey, readonly PortalPerson[]>> {
  const name = nameOf(patient);
  return {
    north: [
      {
        id: "patient",
        name,
        role: "patient",
        sentence: `has records of ${CAST.north.name} and ${CAST.laboratory.name} and shares them with ${PEOPLE.doctor.name}.`,
      },
      {
        id: "registrar",
        name: PEOPLE.registrar.name,
        role: "doctor",
        sentence: "answers patients who ask the hospital to correct a record.",
      },
      {
        id: "administrator",
        name: admins.north.card.name,
        role: "administrator",
        sentence: "keeps the directory of people and devices, and votes for the organisation.",
      },
    ],
    south: [
      {
        id: "doctor",
        name: PEOPLE.doctor.name,
        role: "doctor",
        sentence: `treats ${name} and may read everything for 30 days; two results wait for a signature.`,
      },
    ],
    laboratory: [
      {
        id: "laboratory",
        name: PEOPLE.pathologist.name,
        role: "laboratory",
        sentence: "writes results and signs those of others.",
      },
    ],
  };
}

function onlyPatient(): PatientSource {
  const [patient] = portalSource().patients;
  expectThat(patient !== undefined, "the portal has a patient");
  return patient;
}

interface NamedPatient {
  readonly name: readonly [{ readonly given: readonly string[]; readonly family: string }];
}

function nameOf({ hospital }: PatientSource): string {
  const found = hospital.find(({ attributes }) => attributes.resourceType === "Patient");
  expectThat(found !== undefined, "the portal's patient is in the hospital's bundle");
  const { name } = JSON.parse(new TextDecoder().decode(found.bytes)) as NamedPatient;
  return `${name[0].given.join(" ")} ${name[0].family}`;
}

import type { NewDeskPatient } from "@anamnesis/api/routes/desk";
import { equalBytes, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { askFhirAsDesk, staffOf } from "./asDesk.ts";

/** FHIR R4, datatypes.html#identifier: a UUID as an identifier. */
const URIS = "urn:ietf:rfc:3986";
const IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203";

/**
 * Writes a Patient at the own FHIR server and keeps what the organisation holds for this person. The same entry again is the same Patient, wherever the first try ended.
 *
 * Throws `not-authorised`, `bad-person`, and `patient-registered` when other keys are kept under this entry.
 */
export async function registerPatient(
  context: Pick<NodeContext, "db" | "durable" | "clock" | "organisation">,
  fhir: Pick<FhirEndpoint, "answer">,
  signer: Hex | null,
  person: NewDeskPatient,
): Promise<{ readonly patient: string }> {
  const actor = await staffOf(context, signer);
  const entry = toHex(person.entry).slice(2);
  const urn = `urn:uuid:${entry.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
  const { body } = await askFhirAsDesk(fhir, actor, {
    method: "POST",
    path: "Patient",
    headers: {
      "content-type": "application/fhir+json",
      "if-none-exist": `identifier=${encodeURIComponent(`${URIS}|${urn}`)}`,
      prefer: "return=representation",
    },
    body: new TextEncoder().encode(JSON.stringify(resourceOf(person, urn))),
  });
  const { id: patient } = JSON.parse(body ?? "{}") as { readonly id: string };
  const { kept } = person;
  await context.durable("desk.patient", () =>
    context.db.query(
      `insert into desk_patients (patient, kept, registered_by, registered_at) values ($1, $2, $3, $4)
       on conflict (patient) do nothing`,
      [patient, kept, actor, context.clock.now()],
    ),
  );
  const rows = await context.db.query<{ readonly kept: Uint8Array | null }>(
    "select kept from desk_patients where patient = $1",
    [patient],
  );
  const there = rows[0]?.kept ?? null;
  const same = there === null || kept === null ? there === kept : equalBytes(there, kept);
  if (!same) throw registered();
  return { patient };
}

function resourceOf({ given, family, birthDate, identifier }: NewDeskPatient, urn: string): object {
  const number = {
    type: { coding: [{ system: IDENTIFIER_TYPES, code: "MR" }] },
    value: identifier,
  };
  const givenNames = given.split(/\s+/).filter((part) => part !== "");
  return {
    resourceType: "Patient",
    identifier: [{ system: URIS, value: urn }, ...(identifier === null ? [] : [number])],
    name: [{ use: "official", family, ...(givenNames.length === 0 ? {} : { given: givenNames }) }],
    ...(birthDate === null ? {} : { birthDate }),
  };
}

function registered(): AnamnesisError<"patient-registered"> {
  return new AnamnesisError({
    code: "patient-registered",
    rule: "One registration keeps one person's keys.",
    fix: "Look for the person in the list; make a new code there.",
  });
}

import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { attributesOf } from "@anamnesis/fhir/attributes";
import type { Resource } from "@anamnesis/fhir/resource";
import { endorsementQueue } from "@anamnesis/sdk/endorsementQueue";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";
import { openFileJournal } from "../../files/fileJournal.ts";
import { systemRuntime } from "../../runtime.ts";
import { CAST } from "../cast.ts";
import { expectThat } from "../expectation.ts";
import { type DemoPatient, journalFolder } from "../patient.ts";
import type { World } from "../start/startWorld.ts";
import { until } from "../until.ts";

/** One that a doctor signs, and one that no living person has. */
const RESULTS = [
  {
    id: "to-sign-hba1c",
    code: { system: "http://loinc.org", code: "4548-4", display: "Hemoglobin A1c/Hemoglobin.total in Blood" },
    value: { value: 5.6, unit: "%", system: "http://unitsofmeasure.org", code: "%" },
    range: { low: { value: 4, unit: "%" }, high: { value: 5.9, unit: "%" } },
  },
  {
    id: "to-sign-potassium",
    code: {
      system: "http://loinc.org",
      code: "2823-3",
      display: "Potassium [Moles/volume] in Serum or Plasma",
    },
    value: { value: 41, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
    range: { low: { value: 3.5, unit: "mmol/L" }, high: { value: 5.1, unit: "mmol/L" } },
  },
] as const;

/** The laboratory writes two results of the portal's patient that the doctor's hospital has to sign too; when it resolves they wait there. */
export async function awaitSignatures(world: World, patient: DemoPatient): Promise<void> {
  const { consortium, nodes, people, state } = world;
  const { organisation, url } = nodes.laboratory;
  const admission = patient.admissions?.laboratory;
  expectThat(admission !== undefined, "the patient admitted the laboratory");
  const subject = patient.source.laboratory.find(({ attributes }) => attributes.resourceType === "Patient");
  const endorsers = { threshold: 2, organisations: [organisation, nodes.south.organisation] };
  await sealResources({
    runtime: systemRuntime,
    identity: consortium.identity,
    node: connect(systemRuntime, url, httpSigner(people.analyser.ed25519)),
    device: people.analyser,
    organisation,
    admission,
    committee: consortium.committee,
    resources: resultsAbout(subject?.bytes ?? null).map((resource) => ({ ...resource, endorsers })),
    journal: await openFileJournal(await journalFolder(state, "laboratory", patient)),
  });
  const south = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
  await until({ what: "the results waiting at the hospital", deadline: 60_000, pause: 200 }, async () => {
    const { waiting } = await endorsementQueue(south);
    const theirs = waiting.filter((one) => one.organisation === organisation && one.endorsed.length === 1);
    return theirs.length >= RESULTS.length ? true : null;
  });
}

function resultsAbout(patient: Uint8Array | null): readonly ResourceToSeal[] {
  const id =
    patient === null ? null : (JSON.parse(new TextDecoder().decode(patient)) as { readonly id?: string }).id;
  const time = new Date(systemRuntime.now() * 1000).toISOString();
  return RESULTS.map((result) => {
    const resource: Resource = {
      resourceType: "Observation",
      id: result.id,
      meta: { lastUpdated: time },
      status: "final",
      category: [
        {
          coding: [
            { system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" },
          ],
        },
      ],
      code: { coding: [result.code] },
      ...(id === null || id === undefined ? {} : { subject: { reference: `Patient/${id}` } }),
      effectiveDateTime: time,
      performer: [{ display: CAST.laboratory.name }],
      valueQuantity: result.value,
      referenceRange: [result.range],
    };
    return {
      segmentKind: "general",
      attributes: attributesOf(resource),
      mediaType: "application/fhir+json",
      bytes: utf8ToBytes(JSON.stringify(resource)),
      source: { key: `urn:anamnesis:demo:eastgate|Observation/${result.id}`, version: "1" },
    };
  });
}

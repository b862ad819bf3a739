import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { expect, it } from "vitest";
import { type KeptIn, toSeal, toSealStreamed } from "./toSeal.ts";

const SYSTEM = "urn:test";
const visit = { reference: "Encounter/visit" };
const observation = { resourceType: "Observation", id: "o", status: "final", encounter: visit };
const alcohol = { system: "http://hl7.org/fhir/sid/icd-10", code: "F10.2" };

const options = { system: SYSTEM, identities: memoryIdentities() };

function bundleOf(resources: readonly object[]) {
  const entry = resources.map((resource) => ({ resource }));
  return parseBundle(JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
}

function kinds(resources: readonly object[], keptIn?: KeptIn): readonly string[] {
  return toSeal(bundleOf(resources), options, keptIn).map(({ segmentKind }) => segmentKind);
}

it("gives the siblings of what is sensitive its segment, wherever it stands in the bundle", () => {
  const encounter = { resourceType: "Encounter", id: "visit", status: "finished", class: { code: "AMB" } };
  const prescription = {
    resourceType: "MedicationRequest",
    id: "m",
    encounter: visit,
    medicationCodeableConcept: {
      coding: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "1819" }],
    },
  };
  const all = [encounter, observation, prescription];
  for (let first = 0; first < all.length; first++) {
    const turned = [...all.slice(first), ...all.slice(0, first)];
    expect(kinds(turned)).toEqual(all.map(() => "substance-use"));
    expect(kinds(turned.toReversed())).toEqual(all.map(() => "substance-use"));
  }
  const elsewhere = { ...observation, id: "p", encounter: { reference: "Encounter/other" } };
  expect(kinds([elsewhere, ...all])).toEqual(["general", ...all.map(() => "substance-use")]);
});

it("looks at all bundles of a run together, as an Encounter can be spread over them", () => {
  const alcoholism = { resourceType: "Condition", id: "c", encounter: visit, code: { coding: [alcohol] } };
  const imported = [[observation], [alcoholism]].flatMap((resources) =>
    resourcesOf(bundleOf(resources), options),
  );
  const sealed = toSealStreamed(imported, SYSTEM, () => null).map(({ segmentKind }) => segmentKind);
  expect(sealed).toEqual(["substance-use", "substance-use"]);
});

it("goes by the Encounter as it is kept, where the bundle names it alone", () => {
  const known: KeptIn = (key) => (key === `${SYSTEM}|Encounter/visit` ? "mental-health" : null);
  expect(kinds([observation])).toEqual(["general"]);
  expect(kinds([observation], known)).toEqual(["mental-health"]);
  expect(kinds([{ ...observation, encounter: { reference: "Encounter/other" } }], known)).toEqual([
    "general",
  ]);
  const stricter = { resourceType: "Condition", id: "c", encounter: visit, code: { coding: [alcohol] } };
  expect(kinds([observation, stricter], known)).toEqual(["substance-use", "substance-use"]);
  // Who wrote it, or that it is in the summary, is no matter of the visit.
  expect(kinds([observation], () => "personal")).toEqual(["general"]);
});

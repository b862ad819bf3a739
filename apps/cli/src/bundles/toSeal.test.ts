import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { expect, it } from "vitest";
import { type KeptIn, toSeal } from "./toSeal.ts";

const SYSTEM = "urn:test";
const visit = { reference: "Encounter/visit" };
const observation = { resourceType: "Observation", id: "o", status: "final", encounter: visit };
const alcohol = { system: "http://hl7.org/fhir/sid/icd-10", code: "F10.2" };

function kinds(resources: readonly object[], keptIn?: KeptIn): readonly string[] {
  const entry = resources.map((resource) => ({ resource }));
  const bundle = parseBundle(JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
  const options = { system: SYSTEM, identities: memoryIdentities() };
  return toSeal(bundle, options, keptIn).map(({ segmentKind }) => segmentKind);
}

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

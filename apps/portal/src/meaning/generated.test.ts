import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { generateLaboratoryBundle } from "@anamnesis/fhir/generate/generateLaboratoryBundle";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { allergiesOf } from "./allergiesOf.ts";
import { medicinesOf } from "./medicinesOf.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { problemsOf } from "./problemsOf.ts";
import { sayWhen } from "./sayWhen.ts";
import { ENGLISH } from "./testing/locale.ts";
import { timelineOf } from "./timelineOf.ts";
import { trendsOf } from "./trendsOf.ts";

const NOW = Date.parse("2026-07-01T10:00:00Z");

function chartOfSeed(seed: string): readonly OpenedRecord[] {
  const identities = memoryIdentities();
  return [generatePatientBundle({ seed }), generateLaboratoryBundle({ seed })].flatMap((text) =>
    resourcesOf(parseBundle(text), { system: "http://example.org", identities }).map(({ resource }) => ({
      resource: resource as OpenedRecord["resource"],
    })),
  );
}

/** What a person sees, one line for each entry. */
function printed(records: readonly OpenedRecord[]): string {
  const said = (when: Parameters<typeof sayWhen>[0]): string => sayWhen(when, NOW, meaningEn, ENGLISH).said;
  const lines = timelineOf(records, meaningEn, ENGLISH).map(
    ({ when, title, where, who, sentence, sensitive, documents }) =>
      [
        said(when),
        title,
        [where, who].filter((one) => one !== null).join(", "),
        sentence ?? "",
        ...(sensitive === null ? [] : [`(${meaningEn.sensitive[sensitive]})`]),
        ...documents.map(
          (document) => `[${document.title}: ${document.attachments.map(({ label }) => label).join(", ")}]`,
        ),
      ].join(" | "),
  );
  const { current } = medicinesOf(records, meaningEn, ENGLISH);
  return [
    ...lines,
    "",
    ...current.map(({ name, dose, since }) => `Takes ${name}: ${dose}, since ${said(since)}`),
    ...allergiesOf(records, meaningEn, ENGLISH).current.map(
      ({ name, stateText }) => `Allergy: ${name}, ${stateText}`,
    ),
    ...problemsOf(records, meaningEn).current.map(({ name, since }) => `Has ${name}, since ${said(since)}`),
    ...trendsOf(records, meaningEn, ENGLISH).map(({ sentence }) => sentence),
    "",
  ].join("\n");
}

it.each(["a", "b", "c"])("the chart of seed %s reads as it is kept", async (seed) => {
  await expect(printed(chartOfSeed(seed))).toMatchFileSnapshot(`testing/charts/${seed}.txt`);
});

import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import type { Resource } from "@anamnesis/fhir/resource";
import { expect, it } from "vitest";
import { allergiesOf } from "../meaning/allergiesOf.ts";
import { medicinesOf } from "../meaning/medicinesOf.ts";
import type { OpenedRecord } from "../meaning/openedRecord.ts";
import { problemsOf } from "../meaning/problemsOf.ts";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { timelineOf } from "../meaning/timelineOf.ts";
import { meaningEn } from "../words/meaning.en.ts";

/** Milliseconds of processor time, with nothing warm: twice what is aimed at, since other work on the machine counts too. */
const BUDGET = 2000;

it("makes what a chart of 1,000 encounters shows in two seconds of processor time at most", () => {
  const bundle = JSON.parse(
    generatePatientBundle({ seed: "chart time", encounters: 1000, birthDate: "1940-01-01" }),
  ) as {
    readonly entry: readonly { readonly resource: Resource }[];
  };
  const records = bundle.entry.map(({ resource }, i): OpenedRecord => ({ resource, record: `record-${i}` }));
  expect(records.filter(({ resource }) => resource.resourceType === "Encounter")).toHaveLength(1000);
  const begin = process.cpuUsage();
  const entries = timelineOf(records, meaningEn, ENGLISH);
  const lists = [
    medicinesOf(records, meaningEn, ENGLISH).current,
    allergiesOf(records, meaningEn, ENGLISH).current,
    problemsOf(records, meaningEn).current,
  ];
  const { user, system } = process.cpuUsage(begin);
  const spent = (user + system) / 1000;
  process.stdout.write(
    `${records.length} resources of 1,000 encounters: ${entries.length} entries in ${spent.toFixed(0)} ms of processor time\n`,
  );
  expect(entries.length).toBeGreaterThan(1000);
  expect(lists.every((list) => list.length > 0)).toBe(true);
  expect(spent).toBeLessThan(BUDGET);
});

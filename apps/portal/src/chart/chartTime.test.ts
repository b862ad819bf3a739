import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import type { Resource } from "@anamnesis/fhir/resource";
import { expect, it } from "vitest";
import { testItem } from "../testing/testItem.ts";
import { en } from "../words/en.ts";
import { chartLists } from "./chartLists.ts";
import { findEntries } from "../timeline/findEntries.ts";
import { resultsOf } from "./resultsOf.ts";
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

/** Milliseconds for what a step adds to the timeline, which is aimed at less than 100 on a machine without other work. */
const STEP_BUDGET = 300;

it("makes the lists of such a chart anew, when more of it is open, in a tenth of a second", () => {
  const bundle = JSON.parse(
    generatePatientBundle({ seed: "chart time", encounters: 1000, birthDate: "1940-01-01" }),
  ) as {
    readonly entry: readonly { readonly resource: Resource }[];
  };
  const all = bundle.entry.map(({ resource }, i) => testItem({ resource, record: `record-${i}` }));
  let spent = Number.POSITIVE_INFINITY;
  let timeline = 0;
  let shown: readonly number[] = [];
  for (let size = 200; size < 2 * all.length; size *= 2) {
    // As they come from the worker: copies, with nothing that was known of the ones before.
    const items = structuredClone(all.slice(0, size));
    const records = items.map(({ resource, record }): OpenedRecord => ({
      resource: resource as Resource,
      record,
    }));
    const begin = process.cpuUsage();
    const entries = timelineOf(records, meaningEn, ENGLISH);
    const { user, system } = process.cpuUsage();
    timeline = (user + system - begin.user - begin.system) / 1000;
    const lists = chartLists(items, records, en, ENGLISH);
    const results = resultsOf(entries);
    findEntries(entries, "visits", "asthma");
    const after = process.cpuUsage();
    spent = (after.user + after.system - user - system) / 1000;
    shown = [...lists.map(({ lines }) => lines.length), results.length];
  }
  process.stdout.write(
    `the lists of ${all.length} resources: ${spent.toFixed(0)} ms of processor time, after ${timeline.toFixed(0)} ms for what happened\n`,
  );
  expect(shown.every((rows) => rows > 0)).toBe(true);
  expect(spent).toBeLessThan(STEP_BUDGET);
});

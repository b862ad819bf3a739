import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { RecordId } from "@anamnesis/core/ids";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { ResourceInMemory } from "../../bundles/toSeal.ts";
import { sealResources, type SealResult } from "@anamnesis/sdk/seal";
import { openFileJournal } from "../../files/fileJournal.ts";
import { count, counted, duration, size } from "../../output/format.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectThat } from "../expectation.ts";
import type { Journey } from "../journey.ts";
import { type DemoPatient, journalFolder } from "../patient.ts";
import { until } from "../until.ts";

/** Patients have chains of their own, so their imports do not wait for each other. */
const IMPORTS_AT_ONCE = 4;

type Writer = "north" | "laboratory";

/** 2: hospital and laboratory seal their resources; accepted, stored at two homes, anchored; once more gives nothing new. */
export async function importRecords(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { patients, sources } = journey;
  const total = patients.reduce((sum, patient) => sum + patient.all().length, 0);
  const bar = createProgressBar("sealing");
  let done = 0;
  const begin = performance.now();
  let results: readonly SealResult[];
  try {
    results = await concurrently(jobsOf(patients), IMPORTS_AT_ONCE, async ({ patient, writer }) => {
      let last = 0;
      return seal(journey, patient, writer, (now) => {
        done += now - last;
        last = now;
        bar.set(done, total);
      });
    });
  } finally {
    bar.clear();
  }
  const accepted = performance.now() - begin;
  const fresh = results.reduce((sum, result) => sum + result.sealed.length, 0);
  const known = results.reduce((sum, result) => sum + result.known.length, 0);
  expectThat(fresh + known === total, "every resource is a record", { resources: total, fresh, known });
  const { stored, anchored } = await untilAnchored(journey, begin);

  const repeated = await Promise.all(
    jobsOf(patients.slice(0, 1)).map(({ patient, writer }) =>
      seal(journey, patient, writer, () => undefined),
    ),
  );
  const second = repeated.reduce((sum, result) => sum + result.sealed.length, 0);
  expectThat(second === 0, "a repeated import makes no second record", { second });
  const bytes = patients
    .flatMap((patient) => patient.all())
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
  const types = new Set(
    patients.flatMap((patient) => patient.all().map((item) => item.attributes.resourceType)),
  );
  Object.assign(facts, {
    bundles: sources.bundles,
    resources: sources.resources,
    unowned: sources.unowned,
    sealed: fresh,
    known,
    bytes,
    types: types.size,
    acceptedMs: Math.round(accepted),
    storedMs: Math.round(stored),
    anchoredMs: Math.round(anchored),
    secondRecords: second,
  });
  const before = known === 0 ? "" : `, ${count(known)} known from before`;
  const unowned =
    sources.unowned === 0
      ? ""
      : ` (${count(sources.unowned)} of them name organisations and practitioners only)`;
  return [
    `${counted(sources.bundles, "bundle")} with ${counted(sources.resources, "resource")}${unowned}: ${counted(fresh, "record")} sealed, ${size(bytes)}${before}`,
    `accepted after ${duration(accepted)}, at two homes after ${duration(stored)}, anchored after ${duration(anchored)}; imported again: no second record`,
  ];
}

function jobsOf(
  patients: readonly DemoPatient[],
): readonly { readonly patient: DemoPatient; readonly writer: Writer }[] {
  return patients.flatMap((patient) =>
    (["north", "laboratory"] as const)
      .filter((writer) => resourcesOf(patient, writer).length > 0)
      .map((writer) => ({ patient, writer })),
  );
}

function resourcesOf({ source }: DemoPatient, writer: Writer): readonly ResourceInMemory[] {
  return writer === "north" ? source.hospital : source.laboratory;
}

async function seal(
  journey: Journey,
  patient: DemoPatient,
  writer: Writer,
  onProgress: (done: number) => void,
): Promise<SealResult> {
  const { world, records } = journey;
  const { consortium, nodes, people } = world;
  const device = writer === "north" ? people.importer : people.analyser;
  const { organisation, url } = nodes[writer];
  const admission = patient.admissions?.[writer];
  expectThat(admission !== undefined, "the patient admitted the writer");
  const result = await sealResources({
    runtime: systemRuntime,
    identity: consortium.identity,
    node: connect(systemRuntime, url, httpSigner(device.ed25519)),
    device,
    organisation,
    admission,
    committee: consortium.committee,
    resources: resourcesOf(patient, writer),
    journal: await openFileJournal(await journalFolder(world.state, writer, patient)),
    onProgress: (progress) => onProgress(progress.sealed + progress.known),
  });
  const have = new Set(records.map(({ record }) => record));
  for (const { record } of [...result.sealed, ...result.known]) {
    if (!have.has(record)) records.push({ record, organisation });
  }
  return result;
}

/** Each status carries an inclusion proof, which costs the node some work: a window moves over the records. */
const WINDOW = 128;

/** Milliseconds from `begin` until all records were seen at two homes, and until all were seen anchored. */
async function untilAnchored(
  { world, records }: Journey,
  begin: number,
): Promise<{ readonly stored: number; readonly anchored: number }> {
  const stored = new Set<RecordId>();
  let storedAfter = 0;
  let done = 0;
  const bar = createProgressBar("anchoring");
  try {
    for (const key of ["north", "laboratory"] as const) {
      const node = world.nodes[key];
      const device = key === "north" ? world.people.importer : world.people.analyser;
      const client = connect(systemRuntime, node.url, httpSigner(device.ed25519));
      let waiting = records.filter(({ organisation }) => organisation === node.organisation);
      await until({ what: "records anchored", deadline: 300_000, pause: 200 }, async () => {
        while (waiting.length > 0) {
          const ids: RecordId[] = waiting.slice(0, WINDOW).map(({ record }) => record);
          const { records: states } = await client.call(exchangeRoutes.recordStatus, {}, { records: ids });
          for (const state of states) {
            if (!state.stored || stored.has(state.record)) continue;
            stored.add(state.record);
            storedAfter = performance.now() - begin;
          }
          const ready = new Set(
            states.filter((state) => state.stored && state.anchor !== null).map(({ record }) => record),
          );
          waiting = waiting.filter(({ record }) => !ready.has(record));
          done += ready.size;
          bar.set(done, records.length);
          if (ready.size < ids.length) return null;
        }
        return true;
      });
    }
  } finally {
    bar.clear();
  }
  return { stored: storedAfter, anchored: performance.now() - begin };
}

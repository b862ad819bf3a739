import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Client } from "@anamnesis/api/client";
import { setBlockInterval } from "@anamnesis/cli/demo/ledgerWork";
import { until } from "@anamnesis/cli/demo/until";
import { systemRuntime } from "@anamnesis/cli/runtime";
import type { RecordId } from "@anamnesis/core/ids";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import type { DemoPatient } from "@anamnesis/cli/demo/patient";
import { journalFolder } from "@anamnesis/cli/demo/patient";
import { openFileJournal } from "@anamnesis/cli/files/fileJournal";
import type { BenchWorld } from "./benchWorld.ts";
import { type Measured, measured } from "./cost.ts";

export interface Ingested {
  readonly records: number;
  /** Milliseconds from the begin until the author's node had all, two homes had all, and all were anchored. */
  readonly acceptedMs: number;
  readonly storedMs: number;
  readonly anchoredMs: number;
  /** Of the writers' time until accepted, the share in which they waited for the node, 0 to 1. */
  readonly waiting: number;
  /** Milliseconds of each batch's put, at the client. */
  readonly puts: readonly number[];
}

/** Patients that are imported at the same time. */
export const WRITERS = 2;
/** Records in one question for their status. Each answer carries a proof, so one record stands for those after it until it is ready. */
const WINDOW = 128;
/** Blocks come this often (seconds): the demo's interval. */
const BLOCK_INTERVAL = 0.5;

/** One hospital seals and puts all resources, then waits until homes and ledger have them. */
export async function ingest(
  bench: BenchWorld,
  patients: readonly DemoPatient[],
  progress: (done: number, of: number) => void,
): Promise<Measured<Ingested>> {
  const { world, journey } = bench;
  await setBlockInterval(world.ledgerFile.rpcUrl, BLOCK_INTERVAL);
  return measured(bench, () =>
    bench.profiled("ingest", async () => {
      const total = patients.reduce((sum, patient) => sum + patient.all().length, 0);
      const begin = performance.now();
      const puts: number[] = [];
      let done = 0;
      let writing = 0;
      let waited = 0;
      const sealed = await concurrently(patients, WRITERS, async (patient) => {
        const from = performance.now();
        const client = timed(clientOf(bench), (route, ms) => {
          waited += ms;
          if (route === exchangeRoutes.putRecords.name) puts.push(ms);
        });
        const result = await seal(bench, patient, client);
        writing += performance.now() - from;
        done += result.length;
        progress(done, total);
        return result;
      });
      const acceptedMs = performance.now() - begin;
      const ids = sealed.flat();
      for (const record of ids)
        journey.records.push({ record, organisation: world.nodes.north.organisation });
      const { storedMs, anchoredMs } = await untilAnchored(clientOf(bench), ids, begin);
      return { records: ids.length, acceptedMs, storedMs, anchoredMs, waiting: waited / writing, puts };
    }),
  );
}

function clientOf({ world }: BenchWorld): Client {
  return connect(systemRuntime, world.nodes.north.url, httpSigner(world.people.importer.ed25519));
}

function timed(client: Client, onCall: (route: string, ms: number) => void): Client {
  return {
    baseUrl: client.baseUrl,
    call: async (route, params, request, options) => {
      const begin = performance.now();
      try {
        return await client.call(route, params, request, options);
      } finally {
        onCall(route.name, performance.now() - begin);
      }
    },
  };
}

async function seal({ world }: BenchWorld, patient: DemoPatient, node: Client): Promise<readonly RecordId[]> {
  const admission = patient.admissions?.north;
  if (admission === undefined) return [];
  const { sealed } = await sealResources({
    runtime: systemRuntime,
    identity: world.consortium.identity,
    node,
    device: world.people.importer,
    organisation: world.nodes.north.organisation,
    admission,
    committee: world.consortium.committee,
    resources: patient.source.hospital,
    journal: await openFileJournal(await journalFolder(world.state, "north", patient)),
  });
  return sealed.map(({ record }) => record);
}

async function untilAnchored(
  client: Client,
  records: readonly RecordId[],
  begin: number,
): Promise<{ readonly storedMs: number; readonly anchoredMs: number }> {
  const stored = new Set<RecordId>();
  let storedMs = 0;
  let waiting = records;
  let window = 1;
  await until({ what: "records anchored", deadline: 600_000, pause: 100 }, async () => {
    while (waiting.length > 0) {
      const asked = waiting.slice(0, window);
      const { records: states } = await client.call(exchangeRoutes.recordStatus, {}, { records: asked });
      for (const state of states) {
        if (!state.stored || stored.has(state.record)) continue;
        stored.add(state.record);
        storedMs = performance.now() - begin;
      }
      const ready = new Set(
        states.filter((state) => state.stored && state.anchor !== null).map(({ record }) => record),
      );
      waiting = waiting.filter((record) => !ready.has(record));
      window = ready.size < asked.length ? 1 : WINDOW;
      if (window === 1) return null;
    }
    return true;
  });
  return { storedMs, anchoredMs: performance.now() - begin };
}

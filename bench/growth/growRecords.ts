import { ledgerWork } from "@anamnesis/cli/demo/ledgerWork";
import { DemoPatient } from "@anamnesis/cli/demo/patient";
import { enrolPatients } from "@anamnesis/cli/demo/steps/enrolPatients";
import { grantDoctor } from "@anamnesis/cli/demo/steps/grantDoctor";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Curve } from "../run/settings.ts";
import { percentile } from "../run/statistics.ts";
import { useCurve } from "../run/useCurve.ts";
import { type BenchSources, generated } from "../system/benchSources.ts";
import { type BenchWorld, inBenchWorld } from "../system/benchWorld.ts";
import { disk, type NodeDisk } from "../system/disk.ts";
import { ingest } from "../system/ingest.ts";
import { open } from "../system/open.ts";
import { release } from "../system/release.ts";
import { withSlopes } from "./slopes.ts";

/** Visits of the people that fill the system up: some 190 records each, so that enrolling them takes a small part of the time. */
const FILLING_VISITS = 30;
/** Records that are added at once, so that this process does not hold them all. */
const FILLING = 2000;
/** Records of the patient that is measured at each size. */
const PROBE = 40;
const RELEASES = 20;

/**
 * One consortium of three nodes' processes that fills up; at each size a new patient with always as many records is imported and
 * opened, and what the nodes hold is weighed.
 *
 * @param profile folder for CPU profiles, each of which the next size replaces; `null` takes none.
 */
export async function growRecords(
  sizes: readonly number[],
  curve: Curve,
  profile: string | null,
  progress: Progress,
): Promise<readonly Table[]> {
  useCurve(curve);
  const rows: Row[] = [];
  await inBenchWorld(generated(1), { curve, profile }, async (bench) => {
    let have = 0;
    const empty = await disk(bench);
    for (const size of sizes) {
      await progress.stage(`filling up to ${size} records`, async (set) => {
        for (let part = 0; have < size - PROBE; part++) {
          const sources = generated(
            Math.min(FILLING, size - PROBE - have),
            FILLING_VISITS,
            `fill ${size} ${part}`,
          );
          await take(bench, sources);
          have += sources.records;
          set(have, size);
        }
      });
      const probe = generated(PROBE, 4, `probe ${size}`);
      have += probe.records;
      rows.push(
        await progress.stage(`measuring at ${have} records`, () => measure(bench, probe, have, empty)),
      );
    }
  });
  return withSlopes(
    {
      bench: "growth",
      title: `As records become more (three nodes' processes, ${curve})`,
      rows,
      notes: [
        "CPU and time are of one more patient with about 45 records at that size; memory is the author's node's; the database is without its write-ahead log; disk is of all nodes together, over what they took when empty.",
      ],
    },
    "records",
  );
}

type Disk = Readonly<Record<string, NodeDisk>>;

/** Enrols these patients and imports what is theirs. */
async function take(bench: BenchWorld, { patients: found }: BenchSources) {
  const { world, journey } = bench;
  const patients = found.map((source) => new DemoPatient(world.state, world.lock, source));
  await enrolPatients({ ...journey, patients }, {});
  const taken = await ingest(bench, patients, () => undefined);
  return { patients, taken };
}

async function measure(bench: BenchWorld, probe: BenchSources, records: number, empty: Disk): Promise<Row> {
  const { world, journey } = bench;
  const { number } = await world.ledger.head();
  const { patients, taken } = await take(bench, probe);
  const work = await ledgerWork(world.ledgerFile.rpcUrl, number);
  await grantDoctor(journey, patients, {});
  const opened = await open(bench, patients, () => undefined);
  const released = await release(bench, RELEASES, () => undefined);
  const sizes = await disk(bench);
  const north = (await bench.use()).north;
  const cpu = (used: Readonly<Record<string, number | null>>): number =>
    Object.values(used).reduce<number>((sum, ms) => sum + (ms ?? 0), 0) / probe.records;
  const total = (of: Disk): number =>
    Object.values(of).reduce((sum, node) => sum + node.blobs + node.database + node.receipts, 0);
  return {
    records,
    "ingest CPU ms": cpu(taken.cpuMs),
    "ingest ms": taken.result.anchoredMs / probe.records,
    "open CPU ms": cpu(opened.cpuMs),
    "open ms": opened.ms / probe.records,
    "release p50 ms": percentile(released.result.answers, 0.5),
    "node MB": north === null ? null : north.rss / 1e6,
    "database MB": (sizes["north"]?.database ?? 0) / 1e6,
    "disk kB a record": (total(sizes) - total(empty)) / 1000 / records,
    "gas a record": work.gas / probe.records,
  };
}

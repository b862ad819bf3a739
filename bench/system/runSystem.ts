import { enrolPatients } from "@anamnesis/cli/demo/steps/enrolPatients";
import { grantDoctor } from "@anamnesis/cli/demo/steps/grantDoctor";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Curve, Settings } from "../run/settings.ts";
import { percentile } from "../run/statistics.ts";
import { benchSources, type BenchSources } from "./benchSources.ts";
import { type BenchWorld, inBenchWorld } from "./benchWorld.ts";
import { cpuRow } from "./cost.ts";
import { ingest, WRITERS } from "./ingest.ts";
import { open } from "./open.ts";

export const SYSTEM_BENCHES = ["ingest", "open"] as const;
export type SystemBench = (typeof SYSTEM_BENCHES)[number];

/** The whole system, once for each curve: what is chosen is measured, what it needs is played. */
export async function runSystem(
  chosen: ReadonlySet<SystemBench>,
  settings: Settings,
  progress: Progress,
): Promise<readonly Table[]> {
  const sources = await benchSources(settings.records);
  const rows: { ingest: Row[]; open: Row[]; cpu: Row[] } = { ingest: [], open: [], cpu: [] };
  for (const curve of settings.curves) {
    await inBenchWorld(sources, { curve, profile: settings.profile }, (bench) =>
      play(bench, { curve, sources, progress, rows, chosen }),
    );
  }
  const tables: Table[] = [];
  if (chosen.has("ingest")) tables.push({ bench: "ingest", title: `Ingest of ${sources.records} records (${sources.what})`, rows: rows.ingest });
  if (chosen.has("open")) tables.push({ bench: "open", title: "Open with 2 of 3 custodians", rows: rows.open });
  return [...tables, { bench: "cpu", title: "CPU by process", rows: rows.cpu }];
}

interface Run {
  readonly curve: Curve;
  readonly sources: BenchSources;
  readonly progress: Progress;
  readonly rows: { ingest: Row[]; open: Row[]; cpu: Row[] };
  readonly chosen: ReadonlySet<SystemBench>;
}

async function play(bench: BenchWorld, { curve, sources, progress, rows, chosen }: Run): Promise<void> {
  await progress.stage(`${curve}: enrolling`, () => enrolPatients(bench.journey, {}));
  const taken = await progress.stage(`${curve}: ingest`, (set) => ingest(bench, set));
  const perSecond = (ms: number, count = taken.result.records): number => (1000 * count) / ms;
  const { result } = taken;
  rows.ingest.push({
    curve,
    "parse/s": perSecond(sources.parseMs),
    "accepted/s": perSecond(result.acceptedMs),
    "at 2 homes/s": perSecond(result.storedMs),
    "anchored/s": perSecond(result.anchoredMs),
    "put p50 ms": percentile(result.puts, 0.5),
    "waiting for the node %": 100 * result.waiting,
    writers: WRITERS,
  });
  rows.cpu.push(cpuRow(`${curve} ingest`, taken, result.records));
  if (!chosen.has("open")) return;
  await progress.stage(`${curve}: granting`, () => grantDoctor(bench.journey, bench.journey.patients, {}));
  const opened = await progress.stage(`${curve}: open`, (set) => open(bench, set));
  rows.open.push({
    curve,
    "open/s": perSecond(opened.ms),
    "without listing/s": perSecond(opened.result.openMs),
    "listing/s": perSecond(opened.result.listMs),
  });
  rows.cpu.push(cpuRow(`${curve} open`, opened, opened.result.records));
}

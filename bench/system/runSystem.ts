import { ledgerWork } from "@anamnesis/cli/demo/ledgerWork";
import { enrolPatients } from "@anamnesis/cli/demo/steps/enrolPatients";
import { grantDoctor } from "@anamnesis/cli/demo/steps/grantDoctor";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Curve, Settings } from "../run/settings.ts";
import { percentile } from "../run/statistics.ts";
import { useCurve } from "../run/useCurve.ts";
import { benchSources, type BenchSources } from "./benchSources.ts";
import { type BenchWorld, inBenchWorld } from "./benchWorld.ts";
import { cpuRow } from "./cost.ts";
import { disk, type NodeDisk } from "./disk.ts";
import { ingest, type Ingested, WRITERS } from "./ingest.ts";
import { open } from "./open.ts";
import { release } from "./release.ts";
import { revoke } from "./revoke.ts";

/** In the order in which they are played; each needs those before it but `revoke`, which needs no `release`. */
export const SYSTEM_BENCHES = ["ingest", "open", "release", "revoke"] as const;
export type SystemBench = (typeof SYSTEM_BENCHES)[number];

type Rows = Readonly<Record<SystemBench | "cpu" | "ledger" | "disk", Row[]>>;

/** One run in figures, for comparisons; `null`: not measured. */
export interface SystemFigures {
  readonly curve: Curve;
  /** Until all are anchored. */
  ingestPerSecond: number | null;
  openPerSecond: number | null;
  gasPerRecord: number | null;
  transactionsPerRecord: number | null;
  /** Of all nodes together. */
  bytesPerRecord: number | null;
  grantMs: number | null;
  refusedMs: number | null;
}

interface Run {
  readonly figures: SystemFigures;
  readonly curve: Curve;
  readonly sources: BenchSources;
  readonly progress: Progress;
  readonly settings: Settings;
  readonly rows: Rows;
  readonly chosen: ReadonlySet<SystemBench>;
}

/** The whole system, once for each curve: three nodes' processes, a chain and this one as client; what is not chosen but needed is played. */
export async function runSystem(
  chosen: ReadonlySet<SystemBench>,
  settings: Settings,
  progress: Progress,
): Promise<{ readonly tables: readonly Table[]; readonly figures: readonly SystemFigures[] }> {
  const sources = await benchSources(settings.records);
  const figures: SystemFigures[] = [];
  const rows: Rows = { ingest: [], open: [], release: [], revoke: [], cpu: [], ledger: [], disk: [] };
  for (const curve of settings.curves) {
    useCurve(curve);
    const own = noFigures(curve);
    figures.push(own);
    await inBenchWorld(sources, { curve, profile: settings.profile }, (bench) =>
      play(bench, { figures: own, curve, sources, progress, settings, rows, chosen }),
    );
  }
  return { tables: tablesOf(rows, sources, chosen), figures };
}

function noFigures(curve: Curve): SystemFigures {
  return {
    curve,
    ingestPerSecond: null,
    openPerSecond: null,
    gasPerRecord: null,
    transactionsPerRecord: null,
    bytesPerRecord: null,
    grantMs: null,
    refusedMs: null,
  };
}

function tablesOf(rows: Rows, sources: BenchSources, chosen: ReadonlySet<SystemBench>): readonly Table[] {
  const { records, what, bytes, patients } = sources;
  const tables: Table[] = [
    {
      bench: "ingest",
      title: `Ingest of ${records} records of ${patients.length} patients (${what}, ${Math.round(bytes / records)} bytes each)`,
      rows: rows.ingest,
      notes: [
        "From the begin of the import in each column but the first; each record is sealed by the client, signed, put durably at the author's node, copied to a second home and anchored.",
      ],
    },
    {
      bench: "ingest",
      title: "The ledger's part of the import",
      rows: rows.ledger,
      notes: [
        "An interval with nothing new anchors nothing; log heads of other work in this time are counted in.",
      ],
    },
    {
      bench: "ingest",
      title: "Bytes on disk a record",
      rows: rows.disk,
      notes: [
        "North is author and home, south the second home, the laboratory keeps manifests and custody alone. The database's write-ahead log is a ring of fixed size and not counted.",
      ],
    },
    {
      bench: "open",
      title: "Open with 2 of 3 custodians, each record compared with what was imported",
      rows: rows.open,
    },
    { bench: "release", title: "Latency of one record, one request at a time (ms)", rows: rows.release },
    {
      bench: "revoke",
      title: "Granting and revoking one consent (ms)",
      rows: rows.revoke,
      notes: ["With few samples p99 is the largest one."],
    },
  ];
  const cpu = { bench: "cpu", title: "CPU milliseconds a record, by process", rows: rows.cpu };
  return [...tables.filter(({ bench }) => chosen.has(bench as SystemBench)), cpu].filter(
    (table) => table.rows.length > 0,
  );
}

async function play(bench: BenchWorld, run: Run): Promise<void> {
  const { curve, progress, rows, chosen, settings, figures } = run;
  const last = Math.max(...SYSTEM_BENCHES.map((name, i) => (chosen.has(name) ? i : 0)));
  const label = (name: string): string => `${curve}: ${name}`;
  await progress.stage(label("enrolling"), () => enrolPatients(bench.journey, {}));
  await playIngest(bench, run);
  if (last === 0) return;
  await progress.stage(label("granting"), () => grantDoctor(bench.journey, bench.journey.patients, {}));
  const opened = await progress.stage(label("open"), (set) => open(bench, bench.journey.patients, set));
  const { records } = opened.result;
  figures.openPerSecond = perSecond(records, opened.ms);
  rows.open.push({
    curve,
    "open/s": perSecond(records, opened.ms),
    "without listing/s": perSecond(records, opened.result.openMs),
    "listing/s": perSecond(records, opened.result.listMs),
  });
  rows.cpu.push(cpuRow(`${curve} open`, opened, records));
  if (chosen.has("release")) {
    const count = settings.releases;
    const released = await progress.stage(label("release"), (set) => release(bench, count, set));
    rows.release.push(
      latency(curve, "one custodian's answer", released.result.answers),
      latency(curve, "record open", released.result.opened),
    );
    rows.cpu.push(cpuRow(`${curve} release of one`, released, count));
  }
  if (chosen.has("revoke")) {
    const revoked = await progress.stage(label("revoke"), (set) => revoke(bench, settings.revocations, set));
    rows.revoke.push(
      latency(curve, "grant", revoked.granted),
      latency(curve, "signature to in force", revoked.inForce),
      latency(curve, "signature to refused", revoked.refused),
    );
    figures.grantMs = percentile(revoked.granted, 0.5);
    figures.refusedMs = percentile(revoked.refused, 0.5);
  }
}

async function playIngest(
  bench: BenchWorld,
  { curve, sources, progress, rows, figures }: Run,
): Promise<void> {
  const before = await disk(bench);
  const { number } = await bench.world.ledger.head();
  const taken = await progress.stage(`${curve}: ingest`, (set) => ingest(bench, bench.journey.patients, set));
  const work = await ledgerWork(bench.world.ledgerFile.rpcUrl, number);
  const { result, ms } = taken;
  const { records } = result;
  rows.ingest.push(ingestRow(curve, sources, result));
  rows.cpu.push(cpuRow(`${curve} ingest`, taken, records));
  rows.ledger.push({
    curve,
    records,
    seconds: ms / 1000,
    blocks: work.blocks,
    transactions: work.transactions,
    gas: work.gas,
    "gas a record": work.gas / records,
    "gas a second and node": work.gas / (ms / 1000) / 3,
  });
  figures.ingestPerSecond = perSecond(records, result.anchoredMs);
  figures.gasPerRecord = work.gas / records;
  figures.transactionsPerRecord = work.transactions / records;
  const after = await disk(bench);
  figures.bytesPerRecord = 0;
  for (const [node, sizes] of Object.entries(after)) {
    const per = (key: keyof NodeDisk): number => (sizes[key] - (before[node]?.[key] ?? 0)) / records;
    figures.bytesPerRecord += per("blobs") + per("database") + per("receipts");
    rows.disk.push({
      curve,
      node,
      content: sources.bytes / records,
      blobs: per("blobs"),
      database: per("database"),
      receipts: per("receipts"),
    });
  }
}

function ingestRow(curve: Curve, sources: BenchSources, result: Ingested): Row {
  const { records } = result;
  return {
    curve,
    "parse/s": perSecond(records, sources.parseMs),
    "accepted/s": perSecond(records, result.acceptedMs),
    "at 2 homes/s": perSecond(records, result.storedMs),
    "anchored/s": perSecond(records, result.anchoredMs),
    "batch put p50 ms": percentile(result.puts, 0.5),
    "writers waiting %": 100 * result.waiting,
    writers: WRITERS,
  };
}

function perSecond(count: number, ms: number): number {
  return (1000 * count) / ms;
}

function latency(curve: Curve, what: string, samples: readonly number[]): Row {
  return {
    curve,
    what,
    p50: percentile(samples, 0.5),
    p90: percentile(samples, 0.9),
    p99: percentile(samples, 0.99),
    most: percentile(samples, 1),
    samples: samples.length,
  };
}

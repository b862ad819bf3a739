import { createHash } from "node:crypto";
import type { Address, Hash32 } from "@anamnesis/core/ids";
import { startAnvil } from "@anamnesis/ledger/evm/anvil";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { inFolder } from "../run/inFolder.ts";
import { benchFailed } from "../run/benchFailed.ts";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { sizeOnDisk } from "../run/sizeOnDisk.ts";
import { percentile } from "../run/statistics.ts";
import { benchSources, type BenchSources } from "../system/benchSources.ts";
import type { SystemFigures } from "../system/runSystem.ts";
import { newParty, type Party, PointerSystem } from "./pointerSystem.ts";

/** Seconds between blocks, as in the whole system. */
const BLOCK_TIME = 0.5;
/** Records that are written or read at the same time, as many as the other side's readers fetch. */
const AT_ONCE = 6;

export type BaselineFigures = Omit<SystemFigures, "curve">;

/** The usual scheme on the same kind of chain with the same records, beside what the whole system did in this run. */
export async function runBaseline(
  settings: Settings,
  progress: Progress,
  ours: readonly SystemFigures[],
): Promise<readonly Table[]> {
  const sources = await benchSources(settings.records);
  const found = await progress.stage("baseline", () => measure(sources, settings.revocations));
  return [
    {
      bench: "baseline",
      title: `The same ${sources.records} records as pointers on the chain, files under one key, and an access list in a contract`,
      rows: rowsOf(found, ours),
      notes: [
        "Ratios are baseline : Anamnesis, of this run. All processes share this machine: three nodes there, none here.",
        "Baseline: one machine holds the only key and every file and can read all of it; nobody else checks the access list; there is one copy; a reader's access leaves no trace; the chain shows each record, its patient's account, its readers and the time of each; records cannot be written without a transaction, and not faster than the chain takes them.",
        "Anamnesis: no machine alone can open a record; two homes and a receipt before each opening; the chain shows a root per interval and salted commitments.",
      ],
    },
  ];
}

async function measure(sources: BenchSources, revocations: number): Promise<BaselineFigures> {
  const anvil = await startAnvil({ blockTime: BLOCK_TIME });
  try {
    return await inFolder(async (folder) => {
      const system = await PointerSystem.deploy(anvil, folder);
      const patients = sources.patients.map((source) => ({ source, party: newParty() }));
      const hospital = newParty();
      const reader = newParty().address;
      const jobs = patients.flatMap(({ source, party }) =>
        source.hospital.map((resource) => ({
          party,
          bytes: resource.bytes,
          id: recordOf(source.label, resource.source),
        })),
      );
      const begin = performance.now();
      const sent = await concurrently(jobs, AT_ONCE, ({ party, bytes, id }) =>
        system.put(hospital, id, party.address, bytes),
      );
      const gas = await concurrently(sent, AT_ONCE, (hash) => system.included(hash));
      const ingestMs = performance.now() - begin;
      const bytes = await sizeOnDisk(folder);
      const first = jobs[0];
      if (first === undefined) throw benchFailed();
      for (const { party } of patients) await system.included(await system.grant(party, reader));
      const opening = performance.now();
      const opened = await concurrently(jobs, AT_ONCE, async ({ id, bytes: original }) => {
        const found = await system.open(id, reader);
        return found !== null && Buffer.compare(found, original) === 0;
      });
      const openMs = performance.now() - opening;
      if (opened.includes(false)) throw benchFailed();
      const changes = await grantsAndRevocations(system, first.party, reader, first.id, revocations);
      const { length } = jobs;
      return {
        ingestPerSecond: (1000 * length) / ingestMs,
        openPerSecond: (1000 * length) / openMs,
        gasPerRecord: gas.reduce((sum, one) => sum + one, 0) / length,
        transactionsPerRecord: 1,
        bytesPerRecord: bytes / length,
        ...changes,
      };
    });
  } finally {
    await anvil.stop();
  }
}

/** Revoked and refused, granted and open again, one after the other. */
async function grantsAndRevocations(
  system: PointerSystem,
  patient: Party,
  reader: Address,
  record: Hash32,
  count: number,
): Promise<Pick<BaselineFigures, "grantMs" | "refusedMs">> {
  const granted: number[] = [];
  const refused: number[] = [];
  for (let i = 0; i < count; i++) {
    const revoking = performance.now();
    await system.included(await system.revoke(patient, reader));
    if ((await system.open(record, reader)) !== null) throw benchFailed();
    refused.push(performance.now() - revoking);
    const granting = performance.now();
    await system.included(await system.grant(patient, reader));
    granted.push(performance.now() - granting);
  }
  return { grantMs: percentile(granted, 0.5), refusedMs: percentile(refused, 0.5) };
}

function recordOf(label: string, source: { readonly key: string; readonly version: string } | null): Hash32 {
  return `0x${createHash("sha256")
    .update(JSON.stringify([label, source]))
    .digest("hex")}`;
}

const LINES: readonly (readonly [keyof BaselineFigures, string])[] = [
  ["ingestPerSecond", "records a second, until all are on the chain"],
  ["openPerSecond", "records opened a second"],
  ["gasPerRecord", "gas a record"],
  ["transactionsPerRecord", "transactions a record"],
  ["bytesPerRecord", "bytes on disk a record, all machines"],
  ["grantMs", "grant, p50 ms"],
  ["refusedMs", "revocation to refusal, p50 ms"],
];

function rowsOf(found: BaselineFigures, ours: readonly SystemFigures[]): readonly Row[] {
  return LINES.map(([key, what]) => {
    const row: Record<string, string | number | null> = { what, baseline: found[key] };
    for (const figures of ours) {
      const own = figures[key];
      row[figures.curve] = own;
      row[`ratio ${figures.curve}`] = own === null || found[key] === null ? null : found[key] / own;
    }
    return row;
  });
}

import { CAST, type OrganisationKey, ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import { beginJourney, type Journey } from "@anamnesis/cli/demo/journey";
import { DemoPatient } from "@anamnesis/cli/demo/patient";
import { startWorld, type World } from "@anamnesis/cli/demo/start/startWorld";
import { openStateFolder } from "@anamnesis/cli/demo/start/stateFolder";
import { AnamnesisError } from "@anamnesis/core/errors";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { processUse, type ProcessUse } from "../run/processUse.ts";
import type { Curve } from "../run/settings.ts";
import type { BenchSources } from "./benchSources.ts";
import { NodeProfiler } from "../profile/nodeProfiler.ts";

const PRELOAD = fileURLToPath(new URL("../profile/preload.ts", import.meta.url));

/** The processes of a run, the client (this process) among them. */
export const PROCESSES = ["client", ...ORGANISATIONS, "anvil"] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface BenchWorld {
  readonly world: World;
  readonly journey: Journey;
  readonly use: () => Promise<Readonly<Record<ProcessName, ProcessUse | null>>>;
  /** Takes CPU profiles of all nodes and of this process while `work` runs; none when the run takes none. */
  readonly profiled: <T>(phase: string, work: () => Promise<T>) => Promise<T>;
}

export interface BenchWorldOptions {
  readonly curve: Curve;
  readonly profile: string | null;
}

/**
 * Three nodes, each a process with database and disk, and a chain, as the demo starts them, in a temporary folder; ended and
 * removed when `work` has ended, whatever happened. Throws `interrupted` at SIGINT and SIGTERM and `node-ended` when a node dies.
 */
export async function inBenchWorld<T>(
  sources: BenchSources,
  options: BenchWorldOptions,
  work: (bench: BenchWorld) => Promise<T>,
): Promise<T> {
  const state = await openStateFolder(null, false);
  const started: { stop(): Promise<void> }[] = [];
  const end = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const interrupt = (): void => failed.reject(interrupted());
  for (const signal of SIGNALS) process.once(signal, interrupt);
  const play = async (): Promise<T> => {
    const world = await startWorld({
      state,
      firstPort: null,
      databaseUrl: null,
      onDatabase: () => undefined,
      onDeath: (node, exitCode) => {
        if (!end.signal.aborted) failed.reject(nodeEnded(node, exitCode));
      },
      onStarting: (process) => void started.push(process),
      signal: end.signal,
      launch: (key) => launchOf(key, options),
    });
    const pids = await pidsOf(world);
    const patients = sources.patients.map((source) => new DemoPatient(world.state, world.lock, source));
    const all = {
      patients: sources.patients,
      bundles: patients.length,
      resources: sources.records,
      unowned: 0,
    };
    const journey = beginJourney(world, all, patients);
    const profiler = options.profile === null ? null : new NodeProfiler(options.profile, options.curve, pids);
    return work({
      world,
      journey,
      use: async () => {
        const entries = PROCESSES.map(async (name) => [name, await processUse(pids[name])] as const);
        return Object.fromEntries(await Promise.all(entries)) as Record<ProcessName, ProcessUse | null>;
      },
      profiled: async (phase, part) => (profiler === null ? part() : profiler.during(phase, part)),
    });
  };
  try {
    const playing = play();
    playing.catch(() => undefined);
    return await Promise.race([playing, failed.promise]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    end.abort();
    for (const process of started.toReversed()) await process.stop();
    await state.release();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

function launchOf(
  key: OrganisationKey,
  { curve, profile }: BenchWorldOptions,
): { readonly execArgv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  return {
    execArgv: profile === null ? [] : ["--import", PRELOAD],
    env: {
      ...(curve === "noble" ? { ANAMNESIS_CURVE: "js" } : {}),
      ...(profile === null ? {} : { ANAMNESIS_BENCH_PROFILE: join(profile, `${curve}-${key}`) }),
    },
  };
}

async function pidsOf(world: World): Promise<Readonly<Record<ProcessName, number>>> {
  const pids: Record<string, number> = { client: process.pid, anvil: world.anvil?.pid ?? 0 };
  for (const key of ORGANISATIONS) {
    const pid = await world.nodes[key].pid();
    if (pid === null) throw nodeEnded(CAST[key].name, null);
    pids[key] = pid;
  }
  return pids as Record<ProcessName, number>;
}

function interrupted(): AnamnesisError<"interrupted"> {
  return new AnamnesisError({
    code: "interrupted",
    rule: "A measurement runs to its end.",
    fix: "Start it again; fewer records take less time.",
  });
}

function nodeEnded(node: string, exitCode: number | null): AnamnesisError<"node-ended"> {
  return new AnamnesisError({
    code: "node-ended",
    rule: "A node runs until it is told to stop.",
    fix: "Run the bench on a machine with more memory, or with fewer records.",
    meta: { node, exitCode: exitCode ?? "none" },
  });
}

import { rename, writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { countStatements } from "./countStatements.ts";

/**
 * Loaded into a node's process by `--import` before the node itself: SIGUSR2 begins a CPU profile and a count of the database's
 * statements, the next one ends both and writes `<ANAMNESIS_BENCH_PROFILE>-<number>.statements.json` and then `….cpuprofile`, whole
 * or not at all. The node knows nothing of it.
 */
const target = process.env["ANAMNESIS_BENCH_PROFILE"] ?? join(process.cwd(), "profile");
const statements = countStatements();
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 500 });

let running = false;
let written = 0;
let last = Promise.resolve();

async function toggle(): Promise<void> {
  if (!running) {
    await session.post("Profiler.start");
    statements.take();
    running = true;
    await writeFile(`${target}-${written + 1}.started`, "");
    return;
  }
  const counted = statements.take();
  const { profile } = await session.post("Profiler.stop");
  running = false;
  written++;
  await writeWhole(`${target}-${written}.statements.json`, counted);
  await writeWhole(`${target}-${written}.cpuprofile`, profile);
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.part`, JSON.stringify(value));
  await rename(`${path}.part`, path);
}

process.on("SIGUSR2", () => void (last = last.then(toggle)));

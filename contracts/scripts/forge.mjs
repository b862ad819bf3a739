// Runs forge in this folder, the compiler under the same Node as this script: `node scripts/forge.mjs test`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const CONTRACTS = dirname(dirname(fileURLToPath(import.meta.url)));

/** Returns forge's exit code. */
export function runForge(args, stdio = "inherit") {
  const launcher = join(dirname(createRequire(import.meta.url).resolve("@foundry-rs/forge/package.json")), "bin.mjs");
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
  const run = spawnSync(process.execPath, [launcher, ...args], {
    cwd: CONTRACTS,
    stdio,
    env: { ...process.env, PATH: path },
  });
  return run.status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runForge(process.argv.slice(2));

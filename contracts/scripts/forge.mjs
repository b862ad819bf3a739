// Runs forge in this folder, the compiler under the same Node as this script: `node scripts/forge.mjs test`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const CONTRACTS = dirname(dirname(fileURLToPath(import.meta.url)));

/** The native executable of the platform's package: npm's launcher beside it ends with 0 whatever forge ended with. */
function executable() {
  const platform = `@foundry-rs/forge-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const launcher = createRequire(import.meta.url).resolve("@foundry-rs/forge/package.json");
  const folder = dirname(createRequire(launcher).resolve(`${platform}/package.json`));
  return join(folder, "bin", process.platform === "win32" ? "forge.exe" : "forge");
}

/** For programs that look for forge in the path. */
export const forgeFolder = () => dirname(executable());

/** Returns forge's exit code. */
export function runForge(args, stdio = "inherit") {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
  const run = spawnSync(executable(), args, {
    cwd: CONTRACTS,
    stdio,
    env: { ...process.env, PATH: path },
  });
  return run.status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = runForge(process.argv.slice(2));

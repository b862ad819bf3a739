import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { forgeFolder } from "../../contracts/scripts/forge.mjs";
import { CONTRACTS } from "../test/paths.ts";
import { programOf } from "./environment.ts";

interface Ended {
  /** 1 when a signal ended the program or it could not be started. */
  readonly code: number;
  /** What it wrote to standard error, which is shown besides. */
  readonly errors: string;
}

/**
 * Runs one of the audit's programs on the contracts. It compiles with forge into a folder of its own, so that `forge test`
 * finds its own build as it left it.
 * @param work name of that folder.
 */
export function runPython(
  name: string,
  args: readonly string[],
  work: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const folder = join(CONTRACTS, "cache", work);
  const own = {
    PATH: [forgeFolder(), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    FOUNDRY_OUT: join(folder, "out"),
    FOUNDRY_CACHE_PATH: join(folder, "cache"),
    FOUNDRY_LINT_LINT_ON_BUILD: "false",
  };
  return new Promise((resolve) => {
    const child = spawn(programOf(name), args, {
      cwd: CONTRACTS,
      stdio: ["ignore", "inherit", "pipe"],
      env: { ...process.env, ...own, ...env },
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk;
      process.stderr.write(chunk);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      console.error(`${name} could not be started (${error.code ?? "no code"}).`);
      resolve({ code: 1, errors });
    });
    child.on("close", (code) => {
      resolve({ code: code ?? 1, errors });
    });
  });
}

import { delimiter, join } from "node:path";
import process from "node:process";
import { forgeFolder } from "../../contracts/scripts/forge.mjs";
import { CONTRACTS } from "../test/paths.ts";
import { runExecutable } from "../test/runProgram.ts";
import { programOf } from "./environment.ts";

/**
 * Runs one of the audit's programs on the contracts and resolves to its exit code. It compiles with forge into a folder of its
 * own, so that `forge test` finds its own build as it left it.
 * @param work name of that folder.
 */
export async function runPython(
  name: string,
  args: readonly string[],
  work: string,
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const folder = join(CONTRACTS, "cache", work);
  const path = [forgeFolder(), join(process.execPath, ".."), process.env.PATH ?? ""].join(delimiter);
  const { code } = await runExecutable(programOf(name), args, {
    cwd: CONTRACTS,
    env: {
      PATH: path,
      FOUNDRY_OUT: join(folder, "out"),
      FOUNDRY_CACHE_PATH: join(folder, "cache"),
      FOUNDRY_LINT_LINT_ON_BUILD: "false",
      ...env,
    },
  });
  return code;
}

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atLeastOneFailure, ONE_FAILED, type Counts } from "./counts.ts";
import { countVitest, type VitestReport } from "./countVitest.ts";
import { PROGRAMS } from "./paths.ts";
import { runProgram } from "./runProgram.ts";

/** Runs Vitest with `args` and resolves to its counts, taken from its JSON report. @param shown the reporter that people read. */
export async function runVitest(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  shown: "default" | "verbose" = "default",
): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "anamnesis-vitest-"));
  try {
    const report = join(folder, "report.json");
    const reporters = [`--reporter=${shown}`, "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await runProgram(PROGRAMS.vitest, ["run", ...reporters, ...args], { env });
    const text = await readFile(report, "utf8").catch(() => null);
    return text === null
      ? ONE_FAILED
      : atLeastOneFailure(countVitest(JSON.parse(text) as VitestReport), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseOptions, USAGE } from "./options.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Milliseconds: a process of its own loads everything, on a machine that does other things. */
const PATIENCE = 180_000;

function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = ["--disable-warning=ExperimentalWarning", MAIN, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

it(
  "says how it is used, and in one line what is wrong",
  async () => {
    expect(await run("--help")).toEqual({ code: 0, stdout: USAGE, stderr: "" });
    const { code, stdout, stderr } = await run("--sead", "3");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: --sead: .+ --help\.\n$/);
  },
  PATIENCE,
);

it("runs the first seed, and what else is said", () => {
  expect(parseOptions([])).toEqual({ seed: 1, seeds: 1, trace: false, bug: null });
  expect(parseOptions(["--seed", "45", "--trace", "--bug", "share before receipt"])).toEqual({
    seed: 45,
    seeds: 1,
    trace: true,
    bug: "share before receipt",
  });
  expect(parseOptions(["--seed=7", "--seeds=100"])).toMatchObject({ seed: 7, seeds: 100 });
  expect(parseOptions(["--seed", "x", "--help"])).toBeNull();
});

it.each([
  [["--sead", "3"], "--sead"],
  [["-t"], "-t"],
  [["3"], "3"],
  [["--"], "--"],
  [["--seed"], "--seed"],
  [["--seed", "--trace"], "--seed"],
  [["--seed", "1.5"], "--seed"],
  [["--seed="], "--seed"],
  [["--seeds", "0"], "--seeds"],
  [["--trace=no"], "--trace"],
  [["--bug", "none"], "--bug"],
  [["--bug", "constructor"], "--bug"],
])("takes nothing else: %j", (args, argument) => {
  expect(() => parseOptions(args)).toThrow(
    expect.objectContaining({ code: "bad-argument", meta: { argument } }) as Error,
  );
});

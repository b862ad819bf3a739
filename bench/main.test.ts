import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { HELP } from "./options.ts";
import { inFolder } from "./run/inFolder.ts";

/** Milliseconds: a process of its own loads everything, on a machine that does other things. */
const PATIENCE = 180_000;

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

function bench(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

it(
  "prints its help",
  async () => {
    expect(await bench("--help")).toMatchObject({ code: 0, stdout: HELP });
  },
  PATIENCE,
);

it(
  "names what is wrong with its arguments",
  async () => {
    const { code, stderr } = await bench("--records", "none");
    expect(code).toBe(1);
    expect(stderr).toContain("code: bad-argument");
  },
  PATIENCE,
);

it(
  "measures the baseline on a chain of its own, prints it and writes it",
  async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "figures.json");
      const { code, stdout } = await bench(
        "baseline",
        "--records",
        "1",
        "--revocations",
        "1",
        "--json",
        file,
      );
      expect(code).toBe(0);
      expect(stdout).toContain("gas a record");
      const report = JSON.parse(await readFile(file, "utf8")) as {
        tables: { bench: string; rows: Record<string, unknown>[] }[];
      };
      const rows = report.tables.find((table) => table.bench === "baseline")?.rows ?? [];
      const gas = rows.find((row) => row["what"] === "gas a record")?.["baseline"];
      // Two storage words and an event: what the contract does, whatever the machine.
      expect(gas).toBeGreaterThan(60_000);
      expect(gas).toBeLessThan(80_000);
      expect(report.tables.map((table) => table.bench)).toEqual(["baseline", "machine"]);
    });
  },
  PATIENCE,
);

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

const samples = process.env["ANAMNESIS_SAMPLES"];
if (samples === undefined) {
  console.warn(
    "SKIPPED: the journey was not played on real FHIR bundles. Set ANAMNESIS_SAMPLES to the folder that holds them.",
  );
}

let folder = "";
afterAll(async () => {
  await stopAll();
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

/** The two smallest bundles of patients, and those without a patient, which only name organisations and practitioners. */
async function chosen(root: string): Promise<readonly string[]> {
  const names = (await readdir(root)).filter((name) => name.endsWith(".json"));
  const sized = await Promise.all(
    names.map(async (name) => ({ name, size: (await stat(join(root, name))).size })),
  );
  const isShared = (name: string): boolean => /^(?:hospital|practitioner)Information/.test(name);
  const patients = sized.filter(({ name }) => !isShared(name)).sort((a, b) => a.size - b.size);
  const picked = [...names.filter(isShared), ...patients.slice(0, 2).map(({ name }) => name)];
  return picked.map((name) => join(root, name));
}

it.skipIf(samples === undefined)(
  "the journey plays on real bundles, opening every record of every patient",
  async () => {
    folder = await mkdtemp(join(tmpdir(), "samples-"));
    const report = join(folder, "report.json");
    const inputs = await chosen(samples ?? "");
    const { exitCode, output } = await new CommandProcess([
      "demo",
      "--once",
      "--input",
      ...inputs,
      "--json",
      report,
    ]).finished;
    expect(output).not.toContain("error:");
    expect(exitCode).toBe(0);
    const read = await readReport(report);
    expect(read.ok).toBe(true);
    const imported = factsOf(read, "2 ");
    expect(factsOf(read, "1 ")["patients"]).toBe(2);
    expect(Number(imported["sealed"]) + Number(imported["unowned"])).toBe(imported["resources"]);
    expect(factsOf(read, "4 ")["opened"]).toBe(imported["sealed"]);
  },
  300_000,
);

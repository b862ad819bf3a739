import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CommandProcess, factsOf, readReport } from "./runDemo.ts";

const samples = process.env["ANAMNESIS_SAMPLES"];
if (samples === undefined) console.warn("SKIPPED: ANAMNESIS_SAMPLES names no folder with sample bundles");

it.skipIf(samples === undefined)(
  "plays the whole journey on every sample bundle and opens every record byte for byte",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "samples-"));
    try {
      const report = join(folder, "report.json");
      const demo = new CommandProcess(["demo", "--once", "--input", samples ?? "", "--json", report]);
      const { exitCode, output } = await demo.finished;
      expect(output).not.toContain("error:");
      expect(exitCode).toBe(0);
      const read = await readReport(report);
      const imported = factsOf(read, "2 ");
      expect(imported).toMatchObject({ bundles: 22, resources: 4631, secondRecords: 0 });
      expect(Number(imported["sealed"]) + Number(imported["unowned"])).toBe(4631);
      expect(factsOf(read, "4 ")["compared"]).toBe(imported["sealed"]);
      // The figures that docs/measurements.md dates.
      console.log(JSON.stringify(read.steps, null, 2));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

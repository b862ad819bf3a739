import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REVOCATION_LIMIT } from "@anamnesis/cli/demo/steps/revokeDoctor";
import { processesWith } from "./processesWith.ts";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "journey-"));
});
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

describe("the journey", () => {
  it(
    "plays on generated bundles in a temporary folder and proves each step",
    async () => {
      const report = join(folder, "once.json");
      const temporary = await mkdtemp(join(folder, "tmp-"));
      const demo = new CommandProcess(["demo", "--once", "--json", report], { TMPDIR: temporary });
      const { exitCode, output } = await demo.finished;
      expect(output).not.toContain("error:");
      expect(exitCode).toBe(0);
      const read = await readReport(report);
      expect(read.ok).toBe(true);
      expect(read.steps.map((step) => [step.name.split(" ")[0], step.ok])).toEqual(
        ["start:", ...Array.from({ length: 14 }, (_, i) => `${i + 1}`)].map((name) => [name, true]),
      );
      const imported = factsOf(read, "2 ");
      expect(imported["sealed"]).toBe(imported["resources"]);
      expect(imported["secondRecords"]).toBe(0);
      expect(factsOf(read, "4 ")["opened"]).toBe(imported["sealed"]);
      expect(factsOf(read, "5 ")).toMatchObject({ opened: 0, custodians: 3, code: "not-opened" });
      expect(factsOf(read, "6 ")["opened"]).toBeGreaterThan(0);
      expect(factsOf(read, "6 ")["refused"]).toBeGreaterThan(0);
      const outage = factsOf(read, "7 ");
      expect(outage).toMatchObject({
        openedWithOneDown: 1,
        openWithTwoDown: "too-few-custodians",
        revokeWithTwoDown: "revocation-not-in-force",
      });
      expect(outage["revokedWithOneDownMs"]).toBeLessThan(REVOCATION_LIMIT);
      expect(factsOf(read, "8 ")["refusedMs"]).toBeLessThan(REVOCATION_LIMIT);
      expect(factsOf(read, "9 ")).toMatchObject({ segments: 8, generation: 1 });
      expect(factsOf(read, "10 ")).toMatchObject({ segments: 8, opened: 1 });
      expect(factsOf(read, "11 ")).toMatchObject({ endorsers: 2 });
      expect(factsOf(read, "12 ")).toMatchObject({ acknowledged: 3, receipts: 3 });
      // Nothing but the request that was made while two custodians were down is in one log only.
      expect(factsOf(read, "13 ")["findings"]).toBeLessThanOrEqual(1);
      expect(factsOf(read, "14 ")["readyNodes"]).toBe(3);
      expect(await readdir(temporary)).toEqual([]);
      expect(await processesWith(temporary)).toEqual([]);
    },
    LONG,
  );
});

it("an interrupt during the start ends with interrupted and leaves no process and no folder behind", async () => {
  const temporary = await mkdtemp(join(folder, "tmp-"));
  const demo = new CommandProcess(["demo", "--once"], { TMPDIR: temporary });
  await demo.until("Anamnesis:");
  const { exitCode, output } = await demo.stop();
  expect([exitCode, output]).toEqual([1, expect.stringContaining("code: interrupted")]);
  expect(await readdir(temporary)).toEqual([]);
  expect(await processesWith(temporary)).toEqual([]);
});

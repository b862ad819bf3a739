import { writeFile } from "node:fs/promises";
import { errorLines, errorReport } from "@anamnesis/cli/output/reportError";
import { duration } from "@anamnesis/cli/output/format";
import { runBaseline } from "./baseline/runBaseline.ts";
import { growFhir } from "./fhir/growFhir.ts";
import { runFhir } from "./fhir/runFhir.ts";
import { runGrowth } from "./growth/runGrowth.ts";
import { runPortal } from "./portal/runPortal.ts";
import { runParts } from "./parts/runParts.ts";
import { profileTables } from "./profile/profileTables.ts";
import { BENCHES, type BenchName, HELP, parseOptions } from "./options.ts";
import { machine } from "./run/machine.ts";
import { stderrProgress } from "./run/progress.ts";
import { type Table, tableText } from "./run/report.ts";
import { runSystem, SYSTEM_BENCHES, type SystemFigures } from "./system/runSystem.ts";

/** `npm run bench`: figures of the whole system, its parts, a baseline and its growth; `--help` says what there is. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(HELP);
    return;
  }
  const { chosen, settings, json } = options;
  const progress = stderrProgress();
  const begun = performance.now();
  const before = await machine();
  process.stderr.write(`${chosen.join(", ")}; load average ${before["load average 1 min"]}\n`);
  const tables: Table[] = [];
  const show = (found: readonly Table[]): void => {
    for (const table of found) process.stdout.write(`${tableText(table)}\n`);
    tables.push(...found);
  };
  const has = (name: BenchName): boolean => chosen.includes(name);
  const system = new Set(SYSTEM_BENCHES.filter(has));
  let figures: readonly SystemFigures[] = [];
  if (system.size > 0) {
    const found = await runSystem(system, settings, progress);
    show(found.tables);
    figures = found.figures;
  }
  if (has("parts")) show(await runParts(settings, progress));
  if (has("baseline")) show(await runBaseline(settings, progress, figures));
  if (has("fhir")) await runFhir(settings, progress, show);
  if (has("fhir-growth")) await growFhir(settings, progress, show);
  if (has("growth")) show(await runGrowth(settings, progress));
  if (settings.profile !== null && (system.size > 0 || has("growth")))
    show(await profileTables(settings.profile));
  if (has("portal")) show(await runPortal(settings, progress));
  const after = await machine();
  show([
    {
      bench: "machine",
      title: "The machine",
      rows: [before, after],
      notes: [
        `Before and after the run of ${duration(performance.now() - begun)}. Under other load, ratios of one run say more than figures.`,
      ],
    },
  ]);
  if (json !== null) {
    const order = BENCHES.filter(has);
    await writeFile(
      json,
      `${JSON.stringify({ benches: order, settings, machine: { before, after }, tables }, null, 2)}\n`,
    );
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(errorLines(errorReport(error)));
  process.exitCode = 1;
}

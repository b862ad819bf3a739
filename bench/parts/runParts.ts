import { limitsTable } from "../limits/limitsTable.ts";
import { measureLimits } from "../limits/measureLimits.ts";
import type { Progress } from "../run/progress.ts";
import type { Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { useCurve } from "../run/useCurve.ts";
import { coreParts } from "./coreParts.ts";
import { handlerParts } from "./handlerParts.ts";
import { partRow } from "./part.ts";
import { storageParts } from "./storageParts.ts";

/** Each part alone in this process, beside what the machine itself allows: once for each curve. */
export async function runParts(settings: Settings, progress: Progress): Promise<readonly Table[]> {
  const tables: Table[] = [];
  for (const curve of settings.curves) {
    useCurve(curve);
    const { time } = settings;
    const limits = await progress.stage(`${curve}: limits`, () => measureLimits(time));
    tables.push(limitsTable(limits, curve));
    const parts = [
      ...(await progress.stage(`${curve}: formats and cryptography`, () => coreParts(time, limits))),
      ...(await progress.stage(`${curve}: storage`, () => storageParts(time, limits))),
      ...(await progress.stage(`${curve}: handlers`, () => handlerParts(time, limits))),
    ];
    tables.push({
      bench: "parts",
      title: `Parts, each alone on one core (${curve})`,
      rows: parts.map(partRow),
      notes: [
        "What computes is measured by this process's CPU time, which other work on the machine changes little; what waits for the disk by the clock, like its limit.",
        "The limit is what the machine would do if the named work were all there is. Multiplications with the generator are cheaper than the ones that the limit counts, so a part can pass 100 %.",
      ],
    });
  }
  return tables;
}

import { writeSync } from "node:fs";
import process from "node:process";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { openWitnessStore } from "../fileWitnessStore.ts";

/** A process to be killed: puts ever larger heads into the store in the folder that its argument names, and prints each that was kept. */
const [, , folder = ""] = process.argv;
const log = parseOrganisationId(`0x${"1".repeat(64)}`);
const store = await openWitnessStore(folder);
for (;;) {
  await store.update(log, async ({ checkpoint, replace }) => {
    const next = Number(checkpoint ?? 0) + 1;
    await replace(String(next));
    // Synchronous: a line that the parent reads stands for a head that was kept.
    writeSync(1, `${next}\n`);
  });
}

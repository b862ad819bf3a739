import { Command } from "commander";
import { newestCard } from "@anamnesis/sdk/keys/patientKeys";
import { readPatientKeys } from "../../files/keyFiles.ts";
import { columns } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { jsonOption, personalLock } from "../options.ts";

interface Flags {
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis owner status`: what a key file owns. */
export function statusCommand(): Command {
  return new Command("status")
    .description(
      "the segments of a key file: owner, rotations, epoch, who holds the keys, what is unfinished",
    )
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readPatientKeys(flags.keys, await personalLock());
      const rows = keys.segments.map((segment) => {
        const { owner, generation, epoch, provisional } = newestCard(segment).body;
        const { pending } = segment;
        return {
          kind: segment.opening.kind,
          segment: segment.id,
          owner,
          rotations: generation,
          epoch,
          provisional,
          unfinished: pending === null ? null : pending.body.rotation === null ? "epoch" : "rotation",
        };
      });
      for (const line of columns([
        ["kind", "owner", "rotations", "epoch", "keys held by", "unfinished"],
        ...rows.map((row) => [
          row.kind,
          row.owner,
          `${row.rotations}`,
          `${row.epoch}`,
          row.provisional === null ? "the patient" : `organisation ${row.provisional}`,
          row.unfinished ?? "-",
        ]),
      ])) {
        output.line(line);
      }
      if (rows.some((row) => row.unfinished === "rotation")) output.line("Run `owner finish`.");
      output.result(rows);
    });
}

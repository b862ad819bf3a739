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
          /** A wallet signs for it, in the portal. */
          wallet: segment.wallet?.account ?? null,
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
          heldBy(row),
          row.unfinished ?? "-",
        ]),
      ])) {
        output.line(line);
      }
      if (rows.some((row) => row.unfinished === "rotation")) output.line("Run `owner finish`.");
      if (rows.some((row) => row.wallet !== null)) {
        output.line("A wallet is asked in the portal; `owner rotate` with the printed kit takes it away.");
      }
      output.result(rows);
    });
}

function heldBy({
  provisional,
  wallet,
}: {
  readonly provisional: string | null;
  readonly wallet: string | null;
}): string {
  if (wallet !== null) return "a wallet";
  return provisional === null ? "the patient" : `organisation ${provisional}`;
}

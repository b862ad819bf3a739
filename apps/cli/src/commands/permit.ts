import { Command } from "commander";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { writeDurably } from "../files/durableFile.ts";
import { readPatientKeys } from "../files/keyFiles.ts";
import { counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { inDays, jsonOption, nodeOption, personalLock, wholeNumber } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly organisation: string;
  readonly days: number;
  readonly out: string;
  readonly json?: true;
}

/** `anamnesis permit`: lets an organisation add records. */
export function permitCommand(): Command {
  return new Command("permit")
    .description("permit an organisation to add records: writes the admission that it needs")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .requiredOption("--organisation <id>", "the organisation that may write")
    .option("--days <number>", "for how long", wholeNumber(3650), 365)
    .requiredOption("--out <file>", "the admission to write, for this organisation alone")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const organisation = parseOrganisationId(flags.organisation);
      const keys = await readPatientKeys(flags.keys, await personalLock());
      const { identity } = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const notAfter = inDays(flags.days);
      const { random } = systemRuntime;
      const value = await permitOrganisation({ keys, identity, organisation, notAfter, random });
      await writeDurably(flags.out, admission.encode(value));
      output.line(
        `The organisation may write into ${counted(value.segments.length, "segment")} until ${isoDate(notAfter)}.`,
      );
      output.result({ organisation, segments: value.segments.length, notAfter });
    });
}

function isoDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

import { Command } from "commander";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { enrol } from "@anamnesis/sdk/enrol";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { readIfThere, refuseToReplace, writeDurably } from "../files/durableFile.ts";
import { savePatientKeys } from "../files/keyFiles.ts";
import { counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kit: string;
  readonly home: readonly string[];
  readonly provisional?: string;
  readonly json?: true;
}

/** `anamnesis enrol`: a patient's keys and first cards. */
export function enrolCommand(): Command {
  return new Command("enrol")
    .description("make a patient's keys, a recovery kit for paper, and a segment of every kind")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the key file to write")
    .requiredOption(
      "--kit <file>",
      "where the recovery kit is written: print it, then delete the file. One that is there already is used: an enrolment that was broken off goes on",
    )
    .requiredOption("--home <ids...>", "two or more members that keep the patient's headers")
    .option(
      "--provisional <organisation>",
      "this organisation makes and holds the keys for somebody without a device, until `owner take-over`",
    )
    .addOption(jsonOption())
    .action(enrolPatient);
}

async function enrolPatient(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const homes = flags.home.map((id) => parseOrganisationId(id));
  const provisional = flags.provisional === undefined ? null : parseOrganisationId(flags.provisional);
  const lock = await personalLock();
  const known = await readIfThere(flags.kit);
  if (known === null) await refuseToReplace(flags.keys);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const { recoveryKit, keys, published } = await enrol({
    runtime: systemRuntime,
    consortium,
    homes,
    provisional,
    save: savePatientKeys(flags.keys, lock),
    ...(known === null ? {} : { recoveryKit: new TextDecoder().decode(known).trim() }),
  });
  if (known === null) await writeDurably(flags.kit, `${recoveryKit}\n`);
  const nodes = new Set(published.filter(({ code }) => code === null).map((item) => item.organisation)).size;
  output.line(`${counted(keys.segments.length, "segment")}, cards at ${counted(nodes, "node")}`);
  output.line(
    provisional === null
      ? "Print the recovery kit, check the paper against it, then delete its file."
      : "Keep the key file and the kit locked away: `owner hand-over` needs both when the person takes the segments over.",
  );
  output.result({ segments: keys.segments.length, nodes, provisional });
}

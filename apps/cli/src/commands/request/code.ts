import { Command } from "commander";
import { printContactCode } from "@anamnesis/sdk/keys/contactCode";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { readPatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { jsonOption, personalLock } from "../options.ts";

interface Flags {
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis request code`: what a patient hands to somebody who may ask. */
export function codeCommand(): Command {
  return new Command("code")
    .description("the patient's contact code: who has it may ask for access, and can do nothing else with it")
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(async ({ keys, json }: Flags) => {
      const output = createOutput(json === true);
      const patient = await readPatientKeys(keys, await personalLock());
      const code = printContactCode(segmentOf(patient, "general").id);
      output.line(code);
      output.result({ code });
    });
}

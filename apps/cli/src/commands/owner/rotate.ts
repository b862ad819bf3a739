import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { rotateOwner } from "@anamnesis/sdk/owner/rotateOwner";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { keepOption, keeps, readKit } from "./options.ts";
import { reportRotation } from "./report.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kit: string;
  readonly consents: "all" | "none";
  readonly json?: true;
}

/** `anamnesis owner rotate`: the next keys, by the printed kit. */
export function rotateCommand(): Command {
  return new Command("rotate")
    .description("shut out whoever else has these keys: all segments go to the next owner that the kit gives")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file; replaced by the next keys")
    .requiredOption("--kit <file>", "the recovery kit's text, typed from paper")
    .addOption(keepOption("all"))
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const recoveryKit = await readKit(flags.kit);
      const lock = await personalLock();
      const keys = await readPatientKeys(flags.keys, lock);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const rotated = await rotateOwner({
        runtime: systemRuntime,
        consortium,
        keys,
        save: savePatientKeys(flags.keys, lock),
        recoveryKit,
        keep: keeps(flags.consents),
      });
      reportRotation(output, consortium, rotated);
    });
}

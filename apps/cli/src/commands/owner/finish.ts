import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { completeGrants } from "@anamnesis/sdk/grant";
import { finishRotation } from "@anamnesis/sdk/owner/finishRotation";
import { renewPermits } from "@anamnesis/sdk/owner/renewPermits";
import { deliverOverdueGrants } from "@anamnesis/sdk/startEpoch";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { reportRotation } from "./report.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis owner finish`: ends what a rotation could not. */
export function finishCommand(): Command {
  return new Command("finish")
    .description("end a rotation that was broken off, and bring permits and grants to nodes that were away")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const lock = await personalLock();
      const keys = await readPatientKeys(flags.keys, lock);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const common = { runtime: systemRuntime, consortium, save: savePatientKeys(flags.keys, lock) };
      const finished = await finishRotation({ ...common, keys });
      if (finished !== null) return reportRotation(output, consortium, finished);
      const renewed = await renewPermits({ ...common, keys });
      const delivered = await deliverOverdueGrants({
        ...common,
        keys: await completeGrants({ ...common, keys }),
      });
      reportRotation(output, consortium, { published: [], ...renewed, ...delivered });
    });
}

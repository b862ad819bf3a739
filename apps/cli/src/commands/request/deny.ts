import { Argument, Command } from "commander";
import type { Digest } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { answerRequest } from "@anamnesis/sdk/requests/answerRequest";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { parseHash32 } from "../arguments.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { requestNamed } from "./waitingRequest.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly message: string;
  readonly json?: true;
}

/** `anamnesis request deny`: the patient says no. */
export function denyCommand(): Command {
  return new Command("deny")
    .description("deny a request; who asked is told, and learns nothing else")
    .addArgument(new Argument("<request>", "id, see `request list --keys`").argParser(parseHash32))
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .option("--message <text>", "to who asked, at most 300 characters", "")
    .addOption(jsonOption())
    .action(async (id: Digest, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const lock = await personalLock();
      const keys = await readPatientKeys(flags.keys, lock);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const request = await requestNamed(consortium, keys, id);
      const { homes } = await answerRequest({
        runtime: systemRuntime,
        consortium,
        keys,
        save: savePatientKeys(flags.keys, lock),
        request,
        grant: null,
        message: flags.message,
      });
      output.line("denied");
      output.result({ request: id, homes });
    });
}

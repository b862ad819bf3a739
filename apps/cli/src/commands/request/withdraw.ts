import { Argument, Command } from "commander";
import type { Digest } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { withdrawRequest } from "@anamnesis/sdk/requests/withdrawRequest";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { parseHash32 } from "../arguments.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly json?: true;
}

/** `anamnesis request withdraw`: nobody is to answer it any more. */
export function withdrawCommand(): Command {
  return new Command("withdraw")
    .description("withdraw a request that waits; the patient sees that there was one")
    .addArgument(new Argument("<request>", "id, see `request list --actor`").argParser(parseHash32))
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "the practitioner's key file")
    .addOption(jsonOption())
    .action(async (request: Digest, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readActorKeys(flags.actor, await personalLock());
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const { homes, silent } = await withdrawRequest({
        runtime: systemRuntime,
        consortium,
        keys,
        request,
      });
      const nameOf = (id: (typeof homes)[number]) => consortium.members.get(id)?.name ?? id;
      output.line(`withdrawn at ${homes.map(nameOf).join(", ")}`);
      for (const { node, code } of silent) output.line(`${nameOf(node)} did not say: ${code}`);
      output.result({ request, homes, silent });
    });
}

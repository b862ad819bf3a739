import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { endorsementQueue } from "@anamnesis/sdk/endorsementQueue";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../files/keyFiles.ts";
import { columns } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly json?: true;
}

/** `anamnesis record queue`: what waits for the own organisation's signature. */
export function queueCommand(): Command {
  return new Command("queue")
    .description(
      "records that wait for the own organisation's signature, as its node has read them on the ledger",
    )
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person or device of the organisation whose node it is")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readActorKeys(flags.actor, await personalLock());
      const { members } = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const waiting = await endorsementQueue(connect(systemRuntime, flags.node, httpSigner(keys.ed25519)));
      const rows = waiting.map(({ record, organisation, endorsed, threshold }) => [
        record,
        members.get(organisation)?.name ?? organisation,
        `${endorsed.length} of ${threshold}`,
      ]);
      for (const line of columns([["record", "author", "signed"], ...rows])) output.line(line);
      if (waiting.length === 0) output.line("none");
      output.result(waiting);
    });
}

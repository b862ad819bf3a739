import { Command } from "commander";
import type { RecordId } from "@anamnesis/core/ids";
import { retractRecord } from "@anamnesis/sdk/retract";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly json?: true;
}

/** `anamnesis record retract`: the author organisation takes a record back. */
export function retractCommand(): Command {
  return new Command("retract")
    .description(
      "take one of the organisation's own records back for ever: it then opens for its owner alone",
    )
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .requiredOption("--admin <file>", "key file of an administrator of the author's node, which --node names")
    .addOption(jsonOption())
    .action(async (record: RecordId, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const { ed25519 } = await readActorKeys(flags.admin, await personalLock());
      await retractRecord(connect(systemRuntime, flags.node, httpSigner(ed25519)), record);
      output.line(`${record} is taken back; it is on its way to the ledger`);
      output.result({ record, retracted: true });
    });
}

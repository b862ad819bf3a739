import { Command } from "commander";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { finishRotation } from "@anamnesis/sdk/owner/finishRotation";
import { handOverLocator, openHandOver } from "@anamnesis/sdk/owner/handOver";
import { takeOver } from "@anamnesis/sdk/owner/takeOver";
import { connect } from "@anamnesis/sdk/runtime";
import { readIfThere, writeDurably } from "../../files/durableFile.ts";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { keepOption, keeps, readKit } from "./options.ts";
import { reportRotation } from "./report.ts";

interface Flags {
  readonly node: string;
  readonly code: string;
  readonly keys: string;
  readonly kit: string;
  readonly consents: "all" | "none";
  readonly json?: true;
}

/** `anamnesis owner take-over`: what the front desk made becomes the person's own. */
export function takeOverCommand(): Command {
  return new Command("take-over")
    .description(
      "take over the segments that an organisation made for you, with the one-time code from its desk",
    )
    .addOption(nodeOption())
    .requiredOption("--code <code>", "the one-time code; --node is the node of the organisation that gave it")
    .requiredOption("--keys <file>", "the key file to write; one that is there goes on where it stopped")
    .requiredOption("--kit <file>", "where your own recovery kit is written: print it, then delete the file")
    .addOption(keepOption("none"))
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const lock = await personalLock();
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const common = { runtime: systemRuntime, consortium, save: savePatientKeys(flags.keys, lock) };
      if ((await readIfThere(flags.keys)) !== null) {
        const finished = await finishRotation({ ...common, keys: await readPatientKeys(flags.keys, lock) });
        if (finished !== null) reportRotation(output, consortium, finished);
        else {
          output.line("These segments are yours already.");
          output.result({ finished: true });
        }
        return;
      }
      const node = connect(systemRuntime, flags.node, null);
      const locator = handOverLocator(flags.code);
      const { sealed } = await node.call(exchangeRoutes.getHandOver, { locator }, undefined);
      const handOver = await openHandOver(flags.code, sealed);
      // On paper's way before anything else: keys that come from a seed that is nowhere could not be recovered.
      if ((await readIfThere(flags.kit)) === null) {
        await writeDurably(flags.kit, `${printRecoveryKit(createSeed(systemRuntime.random))}\n`);
      }
      const recoveryKit = await readKit(flags.kit);
      const taken = await takeOver({ ...common, handOver, recoveryKit, keep: keeps(flags.consents) });
      reportRotation(output, consortium, taken);
      output.line("Print the recovery kit, check the paper against it, then delete its file.");
    });
}

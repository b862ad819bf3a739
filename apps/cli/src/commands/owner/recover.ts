import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { recoverOwner } from "@anamnesis/sdk/owner/recoverOwner";
import { refuseToReplace } from "../../files/durableFile.ts";
import { savePatientKeys } from "../../files/keyFiles.ts";
import { openLedgerFile } from "../../files/openLedgerFile.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { readKit } from "./options.ts";
import { reportRotation } from "./report.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kit: string;
  readonly ledger: string;
  readonly withoutMissing?: true;
  readonly json?: true;
}

/** `anamnesis owner recover`: new keys from paper alone. */
export function recoverCommand(): Command {
  return new Command("recover")
    .description(
      "without any key file: find the segments by the kit, and give them to their next owner. All consents end: the list of them was on the lost device",
    )
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the key file to write")
    .requiredOption("--kit <file>", "the recovery kit's text, typed from paper")
    .requiredOption("--ledger <file>", "a node's configuration, or its `ledger` section")
    .option(
      "--without-missing",
      "go on although segments of some kinds were not found: who has their old keys keeps them",
    )
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const recoveryKit = await readKit(flags.kit);
      const lock = await personalLock();
      await refuseToReplace(flags.keys);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const port = await openLedgerFile(flags.ledger);
      const ledger = await readLedger(port);
      await port.close();
      const recovered = await recoverOwner({
        runtime: systemRuntime,
        consortium,
        ledger,
        recoveryKit,
        save: savePatientKeys(flags.keys, lock),
        withoutMissing: flags.withoutMissing === true,
      });
      if (recovered.missing.length > 0) output.line(`not found: ${recovered.missing.join(", ")}`);
      reportRotation(output, consortium, recovered);
    });
}

import { Command } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { listCorrections } from "@anamnesis/sdk/corrections/listCorrections";
import { withdrawCorrection } from "@anamnesis/sdk/corrections/withdrawCorrection";
import { readPatientKeys } from "../../../files/keyFiles.ts";
import { createOutput } from "../../../output/output.ts";
import { systemRuntime } from "../../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../../options.ts";
import { correctionArgument } from "./correctionArgument.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis record correct withdraw`: nobody is to answer it any more. */
export function withdrawCommand(): Command {
  return new Command("withdraw")
    .description("withdraw a correction that waits")
    .addArgument(correctionArgument())
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(async (id: Digest, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readPatientKeys(flags.keys, await personalLock());
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const common = { runtime: systemRuntime, consortium, keys };
      const authors = [...consortium.members.keys()];
      const { corrections } = await listCorrections({ ...common, authors });
      const correction = corrections.find((one) => one.id === id);
      if (correction === undefined) throw correctionNotFound("--keys");
      const { kept, silent } = await withdrawCorrection({ ...common, correction });
      output.line("withdrawn");
      for (const { node, code } of silent)
        output.line(`${consortium.members.get(node)?.name ?? node} did not say: ${code}`);
      output.result({ correction: id, kept, silent });
    });
}

export function correctionNotFound(option: "--keys" | "--actor"): AnamnesisError<"correction-not-found"> {
  return new AnamnesisError({
    code: "correction-not-found",
    rule: "A correction waits at the author's node and at the homes of the record's segment.",
    fix: `See \`record correct list ${option}\`, and try again when all nodes answer.`,
  });
}

import { Command } from "commander";
import type { Digest } from "@anamnesis/core/ids";
import { leaveCorrectionAnswer, makeCorrectionAnswer } from "@anamnesis/sdk/corrections/answerCorrection";
import { createOutput } from "../../../output/output.ts";
import { jsonOption, nodeOption } from "../../options.ts";
import { correctionArgument } from "./correctionArgument.ts";
import { waitingCorrection } from "./waitingCorrection.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly reason: string;
  readonly json?: true;
}

/** `anamnesis record correct decline`: says, signed, why the own organisation does not correct a record. */
export function declineCommand(): Command {
  return new Command("decline")
    .description("decline a correction with a reason, which the patient reads")
    .addArgument(correctionArgument())
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person of the organisation whose node it is")
    .requiredOption("--reason <text>", "why, at most 500 characters; sealed to the patient")
    .addOption(jsonOption())
    .action(async (id: Digest, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const common = await waitingCorrection(id, flags);
      const answer = await makeCorrectionAnswer(common, common.correction, {
        outcome: "declined",
        successor: null,
        message: flags.reason,
      });
      const { kept, missing } = await leaveCorrectionAnswer(common, common.correction, answer);
      const named = (one: (typeof kept)[number]): string => common.consortium.members.get(one)?.name ?? one;
      output.line(`declined; kept by ${kept.map(named).join(", ")}`);
      for (const { organisation, code } of missing)
        output.line(`not taken by ${named(organisation)}: ${code}`);
      output.result({ correction: id, kept, missing });
    });
}

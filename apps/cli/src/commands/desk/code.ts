import { loadConsortium } from "@anamnesis/sdk/consortium";
import { makeClaimCode } from "@anamnesis/sdk/desk/makeClaimCode";
import { Argument, Command } from "commander";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { parsePatient } from "../fhir/parsePatient.ts";
import { jsonOption, nodeOption, wholeNumber } from "../options.ts";
import { atTheDesk, staffOption } from "./staff.ts";

interface Flags {
  readonly node: string;
  readonly staff: string;
  readonly hours: number;
  readonly json?: true;
}

/** `anamnesis desk code`: hands over what the organisation holds for somebody. */
export function codeCommand(): Command {
  return new Command("code")
    .description(
      "make a one-time code with which a patient of the desk takes the keys over, in the portal or by `owner take-over`",
    )
    .addArgument(new Argument("<patient>", "`Patient/` and its id").argParser(parsePatient))
    .addOption(nodeOption())
    .addOption(staffOption())
    .option("--hours <number>", "for how long the code is good", wholeNumber(168), 24)
    .addOption(jsonOption())
    .action(async (patient: string, flags: Flags) => {
      const desk = await atTheDesk(flags.node, flags.staff);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const made = await makeClaimCode({
        runtime: systemRuntime,
        consortium,
        ...desk,
        patient,
        seconds: flags.hours * 3600,
      });
      const output = createOutput(flags.json === true);
      output.line(made.code);
      output.line(
        `Show it to the person alone, now: whoever has it first, within ${flags.hours} h, takes the segments over.`,
      );
      output.result(made);
    });
}

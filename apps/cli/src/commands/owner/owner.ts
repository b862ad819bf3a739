import { Command } from "commander";
import { finishCommand } from "./finish.ts";
import { handOverCommand } from "./handOver.ts";
import { recoverCommand } from "./recover.ts";
import { rotateCommand } from "./rotate.ts";
import { statusCommand } from "./status.ts";
import { takeOverCommand } from "./takeOver.ts";

/** `anamnesis owner`: whose a patient's segments are. */
export function ownerCommand(): Command {
  return new Command("owner")
    .description(
      "whose a patient's segments are: shut out a stolen device, recover from paper, take over from the desk",
    )
    .addCommand(statusCommand())
    .addCommand(rotateCommand())
    .addCommand(recoverCommand())
    .addCommand(handOverCommand())
    .addCommand(takeOverCommand())
    .addCommand(finishCommand());
}

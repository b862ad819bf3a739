import { Command } from "commander";
import { acceptCommand } from "./accept.ts";
import { askCommand } from "./ask.ts";
import { declineCommand } from "./decline.ts";
import { listCommand } from "./list.ts";
import { withdrawCommand } from "./withdraw.ts";

/** `anamnesis record correct`: a patient asks the author of a record to put it right, and the author answers. */
export function correctCommand(): Command {
  return new Command("correct")
    .description(
      "corrections: ask and withdraw as the patient, accept or decline as the author, list as either",
    )
    .addCommand(askCommand())
    .addCommand(listCommand())
    .addCommand(withdrawCommand())
    .addCommand(acceptCommand())
    .addCommand(declineCommand());
}

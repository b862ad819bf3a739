import { Command } from "commander";
import { amendCommand } from "./record/amend.ts";
import { correctCommand } from "./record/correct/correct.ts";
import { declineCommand } from "./record/decline.ts";
import { endorseCommand } from "./record/endorse.ts";
import { eraseCommand } from "./record/erase.ts";
import { queueCommand } from "./record/queue.ts";
import { retractCommand } from "./record/retract.ts";
import { statusCommand } from "./record/status.ts";
import { writeCommand } from "./record/write/write.ts";

/** `anamnesis record`: what a person writes, and what is done to records after they were written. */
export function recordCommand(): Command {
  return new Command("record")
    .description(
      "write as a person, and what became of a record: co-signed, declined, amended, taken back, erased",
    )
    .addCommand(writeCommand())
    .addCommand(statusCommand())
    .addCommand(queueCommand())
    .addCommand(endorseCommand())
    .addCommand(declineCommand())
    .addCommand(amendCommand())
    .addCommand(correctCommand())
    .addCommand(retractCommand())
    .addCommand(eraseCommand());
}

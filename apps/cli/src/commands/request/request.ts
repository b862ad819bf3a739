import { Command } from "commander";
import { askCommand } from "./ask.ts";
import { codeCommand } from "./code.ts";
import { denyCommand } from "./deny.ts";
import { grantCommand } from "./grant.ts";
import { listCommand } from "./list.ts";
import { withdrawCommand } from "./withdraw.ts";

/** `anamnesis request`: somebody asks a patient for access, and the patient answers. */
export function requestCommand(): Command {
  return new Command("request")
    .description(
      "asking for access: a patient's contact code, ask and withdraw as a practitioner, grant or deny as the patient, list as either",
    )
    .addCommand(codeCommand())
    .addCommand(askCommand())
    .addCommand(listCommand())
    .addCommand(withdrawCommand())
    .addCommand(grantCommand())
    .addCommand(denyCommand());
}

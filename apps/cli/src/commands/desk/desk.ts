import { Command } from "commander";
import { codeCommand } from "./code.ts";
import { listCommand } from "./list.ts";
import { registerCommand } from "./register.ts";

/** `anamnesis desk`: what staff do at the front desk. */
export function deskCommand(): Command {
  return new Command("desk")
    .description("the front desk: register patients without a device, find them, hand their keys over")
    .addCommand(registerCommand())
    .addCommand(listCommand())
    .addCommand(codeCommand());
}

import { Command } from "commander";
import { grantCommand } from "./grant.ts";
import { listCommand } from "./list.ts";
import { revokeCommand } from "./revoke.ts";
import { statusCommand } from "./status.ts";

/** `anamnesis consent`: who may read, for how long and why. */
export function consentCommand(): Command {
  return new Command("consent")
    .description("who may read: grant, list, revoke, and what every custodian says of a consent")
    .addCommand(grantCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand())
    .addCommand(statusCommand());
}

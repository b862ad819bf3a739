import { Argument, Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { parseHash32 } from "../arguments.ts";
import { createOutput } from "../../output/output.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { jsonOption, nodeOption } from "../options.ts";
import type { Hash32 } from "@anamnesis/core/ids";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly json?: true;
}

/** `anamnesis consortium vote`: the organisation's vote, once for ever. */
export function voteCommand(): Command {
  return new Command("vote")
    .description("vote on a proposal in the organisation's name; a vote is not changed")
    .addArgument(new Argument("<proposal>", "its id, as `consortium status` shows it").argParser(parseHash32))
    .addArgument(new Argument("<answer>", "whether the organisation agrees").choices(["yes", "no"]))
    .addOption(nodeOption())
    .addOption(adminOption())
    .addOption(jsonOption())
    .action(async (proposal: Hash32, answer: "yes" | "no", flags: Flags) => {
      const output = createOutput(flags.json === true);
      const client = await asAdministrator(flags.node, flags.admin);
      await client.call(adminRoutes.vote, {}, { proposal, support: answer === "yes" });
      output.line(`The vote is on its way to the ledger: ${answer}`);
      output.result({ proposal, support: answer === "yes" });
    });
}

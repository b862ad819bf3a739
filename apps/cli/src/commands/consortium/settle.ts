import { Argument, Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { Hash32 } from "@anamnesis/core/ids";
import { createOutput } from "../../output/output.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { parseHash32 } from "../arguments.ts";
import { jsonOption, nodeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly json?: true;
}

/** `anamnesis consortium settle`: has votes counted that became enough without another vote. */
export function settleCommand(): Command {
  return new Command("settle")
    .description(
      "have the votes on an open proposal counted again: they can become enough when others are suspended, removed or reinstated",
    )
    .addArgument(new Argument("<proposal>", "its id, as `consortium status` shows it").argParser(parseHash32))
    .addOption(nodeOption())
    .addOption(adminOption())
    .addOption(jsonOption())
    .action(async (proposal: Hash32, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const client = await asAdministrator(flags.node, flags.admin);
      await client.call(adminRoutes.settle, {}, { proposal });
      output.line("The call for a new count is on its way to the ledger.");
      output.result({ proposal });
    });
}

import { deskRoutes } from "@anamnesis/api/routes/desk";
import { Command } from "commander";
import { columns, printable } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { jsonOption, nodeOption } from "../options.ts";
import { atTheDesk, staffOption } from "./staff.ts";

interface Flags {
  readonly node: string;
  readonly staff: string;
  readonly after?: string;
  readonly json?: true;
}

/** `anamnesis desk list`: who somebody is and who holds the keys. */
export function listCommand(): Command {
  return new Command("list")
    .description("the organisation's own patients, a page at a time, newest first; each look is audited")
    .argument("[search...]", "beginnings of names, a birth date or a number")
    .addOption(nodeOption())
    .addOption(staffOption())
    .option("--after <next>", "`next` of the page before, as --json shows it")
    .addOption(jsonOption())
    .action(async (search: readonly string[], flags: Flags) => {
      const { node } = await atTheDesk(flags.node, flags.staff);
      const wanted = { search: search.join(" "), after: flags.after ?? null };
      const found = await node.call(deskRoutes.deskPatients, {}, wanted);
      const output = createOutput(flags.json === true);
      const rows = found.patients.map(({ patient, family, given, birthDate, identifier, state }) => [
        `Patient/${patient}`,
        printable(`${given} ${family}`.trim()),
        birthDate ?? "",
        printable(identifier ?? ""),
        state,
      ]);
      for (const line of columns(rows)) output.line(line);
      if (rows.length === 0) output.line("none");
      if (found.next !== null) output.line(`more: --after ${found.next}`);
      output.result(found);
    });
}

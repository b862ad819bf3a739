import { parseOrganisationId } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { deskCards } from "@anamnesis/sdk/desk/deskCards";
import { beginProvisional, registerProvisional } from "@anamnesis/sdk/desk/registerProvisional";
import { Command } from "commander";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption } from "../options.ts";
import { atTheDesk, staffOption } from "./staff.ts";

interface Flags {
  readonly node: string;
  readonly staff: string;
  readonly home: readonly string[];
  readonly family: string;
  readonly given: string;
  readonly birthDate?: string;
  readonly identifier?: string;
  readonly json?: true;
}

/** `anamnesis desk register`: somebody without a device, with provisional keys. */
export function registerCommand(): Command {
  return new Command("register")
    .description(
      "register somebody without a device with provisional keys, which the node keeps sealed to the staff; if it is broken off, `desk code` ends it",
    )
    .addOption(nodeOption())
    .addOption(staffOption())
    .requiredOption("--home <ids...>", "two or more members that keep the patient's headers")
    .requiredOption("--family <name>", "family name")
    .option("--given <names>", "given names", "")
    .option("--birth-date <date>", "such as 1950-02-03")
    .option("--identifier <number>", "the organisation's own number for this person")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const { organisation, node } = await atTheDesk(flags.node, flags.staff);
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const { family, given, birthDate = null, identifier = null } = flags;
      const begun = await beginProvisional({
        person: { family, given, birthDate, identifier },
        homes: flags.home.map((id) => parseOrganisationId(id)),
        desk: await deskCards(systemRuntime, consortium, organisation, flags.node),
        random: systemRuntime.random,
      });
      const patient = await registerProvisional({
        runtime: systemRuntime,
        consortium,
        organisation,
        node,
        begun,
      });
      const output = createOutput(flags.json === true);
      output.line(
        `Patient/${patient} is registered; the organisation holds the keys until a code hands them over`,
      );
      output.result({ patient });
    });
}

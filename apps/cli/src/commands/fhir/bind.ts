import { Argument, Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { readRequired } from "../../files/durableFile.ts";
import { createOutput } from "../../output/output.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { jsonOption, nodeOption } from "../options.ts";
import { parsePatient } from "./parsePatient.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly admission: string;
  readonly replace?: true;
  readonly json?: true;
}

/** `anamnesis fhir bind`: into whose segments a Patient's records go. */
export function bindCommand(): Command {
  return new Command("bind")
    .description(
      "seal what is written about a Patient of the FHIR server into the segments of who gave an admission",
    )
    .addArgument(new Argument("<patient>", "`Patient/` and its id").argParser(parsePatient))
    .addOption(nodeOption())
    .addOption(adminOption())
    .requiredOption("--admission <file>", "what this person's `permit` for the organisation wrote")
    .option("--replace", "in place of an admission to other segments: the person enrolled anew")
    .addOption(jsonOption())
    .action(async (patient: string, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const admission = await readRequired(flags.admission, "admission");
      const admin = await asAdministrator(flags.node, flags.admin);
      await admin.call(adminRoutes.bindPatient, {}, { patient, admission, replace: flags.replace === true });
      output.line("What is written about this Patient is sealed from now on, and what waited too.");
      output.result({ patient, bound: true });
    });
}

import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { writersOf } from "@anamnesis/sdk/owner/writersOf";
import { readPatientKeys } from "../files/keyFiles.ts";
import { columns } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis permits`: who may add records, and until when. */
export function permitsCommand(): Command {
  return new Command("permits")
    .description("which organisations may add records, and until when")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(async ({ node, keys: file, json }: Flags) => {
      const output = createOutput(json === true);
      const keys = await readPatientKeys(file, await personalLock());
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
      const { writers, silent } = await writersOf({ runtime: systemRuntime, consortium, keys });
      const nameOf = (id: (typeof writers)[number]["organisation"]): string =>
        consortium.members.get(id)?.name ?? id;
      for (const line of columns([
        ["organisation", "until"],
        ...writers.map(({ organisation, notAfter }) => [
          nameOf(organisation),
          new Date(notAfter * 1000).toISOString(),
        ]),
      ])) {
        output.line(line);
      }
      for (const { organisation, code } of silent)
        output.line(`${nameOf(organisation)} did not say: ${code}`);
      output.result({ writers, silent });
    });
}

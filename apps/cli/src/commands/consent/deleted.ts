import { Command } from "commander";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { receivedPurges } from "@anamnesis/sdk/receivedPurges";
import { readPatientKeys } from "../../files/keyFiles.ts";
import { columns } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { chosenKinds, jsonOption, kindsOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kind?: readonly SegmentKind[];
  readonly json?: true;
}

/** `anamnesis consent deleted`: what nodes deleted of what their people had kept there. */
export function deletedCommand(): Command {
  return new Command("deleted")
    .description(
      "which records organisations had kept after opening them and deleted since, as each node says it",
    )
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(kindsOption())
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readPatientKeys(flags.keys, await personalLock());
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const kinds = chosenKinds(flags.kind);
      const { purges, silent } = await receivedPurges({ runtime: systemRuntime, consortium, keys, kinds });
      const nameOf = (id: Parameters<typeof consortium.members.get>[0]): string =>
        consortium.members.get(id)?.name ?? id;
      for (const line of columns([
        ["when", "node", "record", "consent", "why"],
        ...purges.map(({ purgedAt, node, record, consent, reason }) => [
          new Date(purgedAt * 1000).toISOString(),
          nameOf(node),
          record,
          consent,
          reason,
        ]),
      ])) {
        output.line(line);
      }
      for (const node of new Set(silent.map((one) => one.node))) output.line(`${nameOf(node)} did not say.`);
      output.result({ purges, silent });
    });
}

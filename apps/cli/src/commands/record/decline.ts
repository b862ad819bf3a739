import { Command } from "commander";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { leaveDecline, makeDecline } from "@anamnesis/sdk/decline";
import { notOpened } from "@anamnesis/sdk/listRecords";
import { readToEndorse } from "@anamnesis/sdk/readToEndorse";
import { hasCode } from "@anamnesis/core/errors";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { accessesOf } from "../accesses.ts";
import { jsonOption, kindsOption, nodeOption, personalLock, purposeOption } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly reason: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly json?: true;
}

/** `anamnesis record decline`: opens a record and says, signed, why the own organisation does not co-sign it. */
export function declineCommand(): Command {
  return new Command("decline")
    .description(
      "open a record that waits for the own organisation's signature, and decline it with a reason",
    )
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person of the organisation whose node it is")
    .requiredOption("--reason <text>", "why; sealed to the author and to whoever opens the record")
    .addOption(kindsOption())
    .addOption(purposeOption())
    .addOption(jsonOption())
    .action(declineIt);
}

async function declineIt(record: RecordId, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const { consortium, accesses } = await accessesOf(flags);
  const keys = await readActorKeys(flags.actor, await personalLock());
  const node = connect(systemRuntime, flags.node, httpSigner(keys.ed25519));
  const common = { runtime: systemRuntime, consortium, keys };
  for (const access of accesses) {
    const records = new Set([record]);
    const { read } = await readToEndorse({ ...common, access, purpose: flags.purpose, records }).catch(
      (error: unknown) => {
        // In which segment it is shows when it opens.
        if (hasCode(error, "not-opened")) return { read: [] };
        throw error;
      },
    );
    const [only] = read;
    if (only === undefined) continue;
    const wish = await makeDecline({ ...common, read: only, reason: flags.reason });
    const { kept, missing } = await leaveDecline({ ...common, node, read: only, wish });
    const named = (id: (typeof kept)[number]): string => consortium.members.get(id)?.name ?? id;
    output.line(`declined; kept by ${kept.map(named).join(", ")}`);
    for (const { organisation, code } of missing) output.line(`not taken by ${named(organisation)}: ${code}`);
    output.result({ record, kind: access.opening.kind, kept, missing });
    return;
  }
  throw notOpened();
}

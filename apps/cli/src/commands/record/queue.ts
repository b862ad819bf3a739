import { Command } from "commander";
import type { OrganisationId } from "@anamnesis/core/ids";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { endorsementQueue, type WaitingEndorsement } from "@anamnesis/sdk/endorsementQueue";
import { type FoundDecline, listDeclines } from "@anamnesis/sdk/listDeclines";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../files/keyFiles.ts";
import { columns, duration } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly json?: true;
}

/** `anamnesis record queue`: what waits for the own organisation's signature, and what of its own waits for others. */
export function queueCommand(): Command {
  return new Command("queue")
    .description(
      "records that wait for the own organisation's signature, and own ones that wait for others, as its node has read them on the ledger",
    )
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person or device of the organisation whose node it is")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const keys = await readActorKeys(flags.actor, await personalLock());
      const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
      const { waiting, own } = await endorsementQueue(
        connect(systemRuntime, flags.node, httpSigner(keys.ed25519)),
      );
      const { declines, silent } = await listDeclines({
        runtime: systemRuntime,
        consortium,
        staff: keys,
        records: [...waiting, ...own].map((one) => ({ ...one, body: null, readersSeed: null, kc: null })),
      });
      const part = (title: string, items: readonly WaitingEndorsement[]): void => {
        output.line(title);
        const rows = items.map((one) => row(consortium, one));
        for (const line of columns([
          ["record", "author", "signed", "waits", "missing", "declined by"],
          ...rows,
        ]))
          output.line(line);
        if (items.length === 0) output.line("none");
      };
      part("waiting for this organisation", waiting);
      part("own records that wait for others", own);
      const listed = declines.map((one) => ({ ...one, reason: one.reason }));
      for (const one of listed) output.line(said(consortium, one));
      for (const one of silent) output.line(`${named(consortium, one)} did not answer who declined`);
      output.result({ waiting, own, declines: listed, silent });
    });
}

function row(consortium: Consortium, one: WaitingEndorsement): readonly string[] {
  const missing = one.endorsers.filter((id) => !one.endorsed.includes(id));
  return [
    one.record,
    named(consortium, one.organisation),
    `${one.endorsed.length} of ${one.threshold}`,
    one.since === null ? "?" : duration(1000 * Math.max(0, systemRuntime.now() - one.since)),
    missing.map((id) => named(consortium, id)).join(", "),
    one.declined.map((id) => named(consortium, id)).join(", "),
  ];
}

function said(consortium: Consortium, { record, organisation, reason }: FoundDecline): string {
  return `${record} declined by ${named(consortium, organisation)}: ${reason ?? "the reason is sealed to others"}`;
}

function named({ members }: Consortium, organisation: OrganisationId): string {
  return members.get(organisation)?.name ?? organisation;
}

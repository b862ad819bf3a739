import { Command } from "commander";
import { hasCode } from "@anamnesis/core/errors";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { notOpened } from "@anamnesis/sdk/listRecords";
import { recordStatus, type RecordStatus } from "@anamnesis/sdk/recordStatus";
import { endorsementText } from "@anamnesis/sdk/recordStanding";
import { openLedgerFile } from "../../files/openLedgerFile.ts";
import { columns } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { accessesOf } from "../accesses.ts";
import { jsonOption, kindsOption, ledgerOption, nodeOption, oneOfTwo, purposeOption } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly ledger: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly json?: true;
}

/** `anamnesis record status`: what the ledger says of a record, held against its header. */
export function statusCommand(): Command {
  return new Command("status")
    .description("what the ledger itself says of a record, held against its header; nothing is opened")
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "the practitioner's key file; --node is then the own organisation's")
    .addOption(ledgerOption().makeOptionMandatory())
    .addOption(kindsOption())
    .addOption(purposeOption())
    .addOption(jsonOption())
    .action(status);
}

async function status(record: RecordId, flags: Flags): Promise<void> {
  oneOfTwo(flags.keys, flags.actor);
  const output = createOutput(flags.json === true);
  const { consortium, accesses } = await accessesOf(flags);
  const port = await openLedgerFile(flags.ledger);
  const ledger = await readLedger(port);
  await port.close();
  for (const access of accesses) {
    const common = { runtime: systemRuntime, consortium, access, purpose: flags.purpose };
    const found = await recordStatus({ ...common, ledger, record }).catch((error: unknown) => {
      // A grant that was revoked lists nothing; the record may stand in another segment.
      if (hasCode(error, "not-opened")) return null;
      throw error;
    });
    if (found === null) continue;
    const { kind } = access.opening;
    for (const line of columns(rows(consortium, kind, found))) output.line(line);
    const { header: _, ...rest } = found;
    output.result({ kind, ...rest });
    return;
  }
  throw notOpened();
}

function rows(
  consortium: Consortium,
  kind: SegmentKind,
  found: RecordStatus,
): readonly (readonly string[])[] {
  const named = (organisation: OrganisationId): string =>
    consortium.members.get(organisation)?.name ?? organisation;
  const { endorsement, endorsers, anchored, successor, amended } = found;
  return [
    ["record", found.record],
    ["author", named(found.organisation)],
    ["segment", kind],
    ["anchored", anchored === null ? "not yet" : `in batch ${anchored.sequence}`],
    ["endorsement", endorsement === null ? "none asked for" : endorsementText(endorsement)],
    ...(endorsers === null
      ? []
      : [["endorsers", endorsers.organisations.map((one) => `${named(one)}${mark(found, one)}`).join(", ")]]),
    ["amended", amended === null ? "no" : `by ${successor ?? "a record that is not in this list"}`],
    ["taken back", found.retracted ? "yes: it opens for its owner alone" : "no"],
    ["erased", found.erased ? "yes: it opens for nobody" : "no"],
  ];
}

function mark({ endorsement }: RecordStatus, organisation: OrganisationId): string {
  return endorsement?.endorsed.includes(organisation) === true ? " (signed)" : "";
}

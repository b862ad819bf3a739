import { Command } from "commander";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { type Listing, listRecords } from "@anamnesis/sdk/listRecords";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { verifyRecord } from "@anamnesis/sdk/verify";
import { openLedgerFile } from "../files/openLedgerFile.ts";
import { counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { accessesOf } from "./accesses.ts";
import { jsonOption, kindsOption, nodeOption, oneOfTwo, purposeOption } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly ledger: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly json?: true;
}

/** `anamnesis verify`: headers, authors and anchors against the ledger itself. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("check every record's author, proof and anchor against the ledger itself; nothing is opened")
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "the practitioner's key file; --node is then the own organisation's")
    .requiredOption("--ledger <file>", "a node's configuration, or its `ledger` section")
    .addOption(kindsOption())
    .addOption(purposeOption())
    .addOption(jsonOption())
    .action(verify);
}

async function verify(flags: Flags): Promise<void> {
  oneOfTwo(flags.keys, flags.actor);
  const output = createOutput(flags.json === true);
  const { consortium, accesses } = await accessesOf(flags);
  const listings: { readonly kind: SegmentKind; readonly listing: Listing }[] = [];
  for (const access of accesses) {
    const listing = await listRecords({ runtime: systemRuntime, consortium, access, purpose: flags.purpose });
    listings.push({ kind: access.opening.kind, listing });
  }
  // After the lists: what is anchored while they are fetched stands on the ledger by then.
  const port = await openLedgerFile(flags.ledger);
  const ledger = await readLedger(port);
  await port.close();
  const verified: {
    record: string;
    kind: SegmentKind;
    organisation: string;
    sequence: number;
    root: string;
  }[] = [];
  let waiting = 0;
  let missing = 0;
  for (const { kind, listing } of listings) {
    missing += listing.missing.length;
    const common = { consortium, ledger, cards: listing.cards };
    for (const { header, anchor } of listing.records) {
      if (anchor === null) {
        waiting++;
        continue;
      }
      const { record, organisation, sequence, root } = verifyRecord({ ...common, header, anchor });
      verified.push({ record, kind, organisation, sequence, root });
    }
  }
  output.line(
    `${counted(verified.length, "record")} verified on the ledger, ${waiting} not anchored yet, ${missing} withheld by the homes`,
  );
  output.result({ verified, waiting, missing });
}

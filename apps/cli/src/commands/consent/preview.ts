import { Command } from "commander";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { previewConsent } from "@anamnesis/sdk/preview/previewConsent";
import { readPatientKeys } from "../../files/keyFiles.ts";
import { openLedgerFile } from "../../files/openLedgerFile.ts";
import { counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import {
  chosenKinds,
  inDays,
  jsonOption,
  kindsOption,
  ledgerOption,
  nodeOption,
  personalLock,
  purposeOption,
  wholeNumber,
} from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kind?: readonly SegmentKind[];
  readonly type?: readonly string[];
  readonly purpose: Purpose;
  readonly days: number;
  readonly ledger?: string;
  readonly json?: true;
}

/** `anamnesis consent preview`: what `consent grant` with the same options would open today. */
export function previewCommand(): Command {
  return new Command("preview")
    .description(
      "which records `consent grant` with the same options would open; nothing is signed or opened",
    )
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(kindsOption())
    .option("--type <types...>", "FHIR resource types; all by default")
    .addOption(purposeOption())
    .option("--days <number>", "for how long", wholeNumber(3650), 30)
    .addOption(ledgerOption())
    .addOption(jsonOption())
    .action(preview);
}

async function preview(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const keys = await readPatientKeys(flags.keys, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const port = flags.ledger === undefined ? null : await openLedgerFile(flags.ledger);
  const ledger = port === null ? null : await readLedger(port);
  await port?.close();
  const { records, closed } = await previewConsent({
    runtime: systemRuntime,
    consortium,
    keys,
    kinds: chosenKinds(flags.kind),
    terms: {
      resourceTypes: flags.type ?? ["*"],
      actions: ["read"],
      purposes: [flags.purpose],
      dataFrom: null,
      dataTo: null,
      exceptions: [],
      notBefore: systemRuntime.now(),
      notAfter: inDays(flags.days),
    },
    purpose: flags.purpose,
    ...(ledger === null ? {} : { ledger }),
  });
  for (const { record, kind, attributes } of records) {
    output.line(`${record}  ${kind}  ${attributes.resourceType}`);
  }
  const checked = ledger === null ? "; what was taken back or erased counts too (--ledger)" : "";
  output.line(
    `${counted(records.length, "record")} today, and what is added in the next ${flags.days} days${checked}`,
  );
  output.result({ records, closed });
}

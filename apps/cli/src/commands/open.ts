import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { Purpose } from "@anamnesis/core/consent/consent";
import { hasCode } from "@anamnesis/core/errors";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { notOpened } from "@anamnesis/sdk/listRecords";
import { openRecords, type OpenedRecord } from "@anamnesis/sdk/open";
import { writeDurably } from "../files/durableFile.ts";
import { writeEvidence, writePromises } from "../files/evidenceFolder.ts";
import { type Liar, liarLine, liarsOf } from "../output/liars.ts";
import { counted, size } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { systemRuntime } from "../runtime.ts";
import { accessesOf } from "./accesses.ts";
import { evidenceOption, jsonOption, kindsOption, nodeOption, oneOfTwo, purposeOption } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly out: string;
  readonly evidence?: string;
  readonly json?: true;
}

/** `anamnesis open`: opens records through the custodians and writes them to a folder. */
export function openCommand(): Command {
  return new Command("open")
    .description("open records through the custodians: a patient's own, or those that were granted")
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "the practitioner's key file; --node is then the own organisation's")
    .addOption(kindsOption())
    .addOption(purposeOption())
    .requiredOption("--out <folder>", "where the opened records are written, named by their record ids")
    .addOption(evidenceOption())
    .addOption(jsonOption())
    .action(open);
}

async function open(flags: Flags): Promise<void> {
  oneOfTwo(flags.keys, flags.actor);
  const output = createOutput(flags.json === true);
  const { consortium, accesses } = await accessesOf(flags);
  await mkdir(flags.out, { recursive: true, mode: 0o700 });
  const records: { record: string; kind: SegmentKind; bytes: number; organisation: string }[] = [];
  const liars: Liar[] = [];
  const evidence: string[] = [];
  let refused = 0;
  let receipts = 0;
  for (const access of accesses) {
    const { kind } = access.opening;
    const bar = createProgressBar(kind);
    const parameters = { runtime: systemRuntime, consortium, access, purpose: flags.purpose } as const;
    const result = await openRecords({ ...parameters, onProgress: ({ done, of }) => bar.set(done, of) })
      .catch((error: unknown) => {
        // A grant that was revoked meanwhile opens nothing; the others may.
        if (hasCode(error, "not-opened")) return null;
        throw error;
      })
      .finally(() => bar.clear());
    if (result === null) continue;
    for (const record of result.opened) {
      await writeRecord(flags.out, record);
      const { organisation } = record;
      records.push({ record: record.record, kind, bytes: record.bytes.length, organisation });
    }
    refused += result.refused.length;
    receipts += result.report.receipts.length;
    liars.push(...liarsOf(result.report));
    if (flags.evidence !== undefined) {
      evidence.push(...(await writeEvidence(flags.evidence, result.report.evidence)));
      await writePromises(
        flags.evidence,
        result.report.receipts.map((receipt) => receipt.promise),
      );
    }
  }
  for (const liar of liars) output.line(liarLine(consortium, liar));
  if (records.length === 0) throw notOpened();
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
  output.line(
    `${counted(records.length, "record")} opened (${size(bytes)}), ${refused} refused; ${counted(receipts, "receipt")} in the custodians' logs`,
  );
  output.result({ records, refused, receipts, liars, evidence });
}

async function writeRecord(folder: string, { record, mediaType, bytes }: OpenedRecord): Promise<void> {
  const ending = mediaType === "application/fhir+json" ? "json" : "bin";
  await writeDurably(join(folder, `${record.slice(2)}.${ending}`), bytes);
}

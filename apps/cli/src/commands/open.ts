import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Client } from "@anamnesis/api/client";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { AnamnesisError, hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { ContentRange } from "@anamnesis/core/record/openContentRange";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import { type CustodyReport, TooFewCustodians } from "@anamnesis/sdk/askCustodians";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { keepAtNode } from "@anamnesis/sdk/keepAtNode";
import { type LedgerView, readLedger } from "@anamnesis/sdk/ledgerView";
import { listRecords, notOpened } from "@anamnesis/sdk/listRecords";
import { writeEvidence, writePromises } from "../files/evidenceFolder.ts";
import { type Liar, liarLine, liarsOf } from "../output/liars.ts";
import type { RecordFacts } from "@anamnesis/sdk/open";
import type { OpenParameters, RefusedRecord } from "@anamnesis/sdk/openLocks";
import { readRange } from "@anamnesis/sdk/readRange";
import { endorsementText, type RecordStanding } from "@anamnesis/sdk/recordStanding";
import { saveRecords } from "@anamnesis/sdk/saveRecords";
import { openContentFile } from "../files/contentFile.ts";
import { openLedgerFile } from "../files/openLedgerFile.ts";
import { columns, counted, size } from "../output/format.ts";
import { createOutput, type Output } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { systemRuntime } from "../runtime.ts";
import { accessesOf } from "./accesses.ts";
import { recordOf } from "./record/recordArgument.ts";
import {
  evidenceOption,
  jsonOption,
  kindsOption,
  ledgerOption,
  nodeOption,
  oneOfTwo,
  purposeOption,
} from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly out: string;
  readonly evidence?: string;
  readonly ledger?: string;
  readonly record?: RecordId;
  readonly range?: ContentRange;
  readonly keep?: true;
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
    .addOption(ledgerOption())
    .addOption(new Option("--record <id>", "this record alone").argParser(recordOf))
    .addOption(
      new Option(
        "--range <from-to>",
        "with --record: these bytes of its content alone, both included, 0 is the first",
      ).argParser(rangeOf),
    )
    .option(
      "--keep",
      "with --actor: --node keeps what opens, for its FHIR server, as long as a live consent permits it",
    )
    .addOption(jsonOption())
    .action(open);
}

function rangeOf(text: string): ContentRange {
  const [, first = "", last = ""] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  const from = Number(first);
  const length = Number(last) - from + 1;
  if (first === "" || length < 1) throw new InvalidArgumentError("");
  return { from, length };
}

async function open(flags: Flags): Promise<void> {
  oneOfTwo(flags.keys, flags.actor);
  const output = createOutput(flags.json === true);
  if (flags.range !== undefined && flags.record === undefined) throw rangeOfOne();
  if (flags.keep === true && (flags.actor === undefined || flags.range !== undefined)) throw keepOfActor();
  const { consortium, accesses, node } = await accessesOf(flags);
  await mkdir(flags.out, { recursive: true, mode: 0o700 });
  if (flags.record !== undefined && flags.range !== undefined) {
    return openPart(flags, { record: flags.record, range: flags.range }, consortium, accesses, output);
  }
  const ledger = flags.ledger === undefined ? null : await viewOf(flags.ledger);
  const records: {
    record: string;
    kind: SegmentKind;
    bytes: number;
    organisation: string;
    standing: RecordStanding | null;
    successor: RecordId | null;
    amends: RecordId | null;
  }[] = [];
  const liars: Liar[] = [];
  const evidence: string[] = [];
  const kept: RecordId[] = [];
  const notKept: RefusedRecord[] = [];
  let refused = 0;
  let receipts = 0;
  for (const access of accesses) {
    const { kind } = access.opening;
    const bar = createProgressBar(kind);
    const wanted = flags.record;
    const common = { runtime: systemRuntime, consortium, access, purpose: flags.purpose };
    const openAndSave = async () =>
      saveRecords({
        ...common,
        ...(flags.keep === true && node !== null ? await keeping(common, node, kept, notKept) : {}),
        ...(ledger === null ? {} : { ledger }),
        ...(wanted === undefined ? {} : { filter: ({ record }) => record === wanted }),
        sinkFor: (record) => openContentFile(join(flags.out, fileName(record))),
        onProgress: ({ done, of }) => bar.set(done, of),
      });
    const result = await openAndSave()
      .catch(async (error: unknown) => {
        // A grant that was revoked meanwhile opens nothing; the others may.
        if (hasCode(error, "not-opened")) return null;
        if (error instanceof TooFewCustodians) await keepEvidence(flags.evidence, error.report);
        throw error;
      })
      .finally(() => bar.clear());
    if (result === null) continue;
    for (const { record, length, organisation, standing, successor, amends } of result.opened) {
      records.push({ record, kind, bytes: length, organisation, standing, successor, amends });
    }
    refused += result.refused.length;
    receipts += result.report.receipts.length;
    liars.push(...liarsOf(result.report));
    evidence.push(...(await keepEvidence(flags.evidence, result.report)));
  }
  for (const liar of liars) output.line(liarLine(consortium, liar));
  if (records.length === 0) throw notOpened();
  for (const line of columns(records.flatMap(standingRow))) output.line(line);
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
  output.line(
    `${counted(records.length, "record")} opened (${size(bytes)}), ${refused} refused; ${counted(receipts, "receipt")} in the custodians' logs`,
  );
  if (flags.keep === true) {
    output.line(`${counted(kept.length, "record")} kept at the node`);
    for (const line of columns(notKept.map(({ record, code }) => [record, `not kept: ${code}`])))
      output.line(line);
  }
  output.result({
    records,
    refused,
    receipts,
    liars,
    evidence,
    ...(flags.keep === true ? { kept, notKept } : {}),
  });
}

/** Has the node keep what opens, with the same shares: nobody is asked twice. */
async function keeping(
  common: Pick<OpenParameters, "runtime" | "consortium" | "access" | "purpose">,
  node: Client,
  kept: RecordId[],
  notKept: RefusedRecord[],
): Promise<Pick<OpenParameters, "listing" | "onUnlocked">> {
  const listing = await listRecords(common);
  return {
    listing,
    onUnlocked: async (records) => {
      try {
        const given = await keepAtNode({ ...common, node, listing }, records);
        kept.push(...given.kept);
        notKept.push(...given.notKept);
      } catch (error) {
        // What opened is written whether or not the node keeps it.
        if (!isAnamnesisError(error)) throw error;
        notKept.push(...records.map(({ record }) => ({ record, code: error.code })));
      }
    },
  };
}

async function viewOf(path: string): Promise<LedgerView> {
  const port = await openLedgerFile(path);
  const view = await readLedger(port);
  await port.close();
  return view;
}

/** A line for each record of which there is more to say than that it opened. */
function standingRow({
  record,
  standing,
  successor,
}: {
  readonly record: string;
  readonly standing: RecordStanding | null;
  readonly successor: RecordId | null;
}): readonly (readonly string[])[] {
  if (standing === null) return [];
  const { endorsement, amended, retracted } = standing;
  const words = [
    ...(endorsement === null ? [] : [endorsementText(endorsement)]),
    ...(amended === null ? [] : [`amended by ${successor ?? "a record that is not among these"}`]),
    ...(retracted ? ["taken back by its author"] : []),
  ];
  return words.length === 0 ? [] : [[record, words.join(", ")]];
}

/** A part of one record. In which segment it is shows when it opens. */
async function openPart(
  flags: Flags,
  wanted: { readonly record: RecordId; readonly range: ContentRange },
  consortium: Consortium,
  accesses: readonly SegmentAccess[],
  output: Output,
): Promise<void> {
  for (const access of accesses) {
    try {
      const { part, report } = await readRange({
        runtime: systemRuntime,
        consortium,
        access,
        purpose: flags.purpose,
        ...wanted,
        sinkFor: ({ record, from, length }) =>
          openContentFile(join(flags.out, `${record.slice(2)}.${from}-${from + length - 1}.bin`)),
      });
      const { record, from, length, size: whole, organisation } = part;
      const receipts = report.receipts.length;
      const liars = liarsOf(report);
      const evidence = await keepEvidence(flags.evidence, report);
      for (const liar of liars) output.line(liarLine(consortium, liar));
      output.line(
        `${size(length)} of ${size(whole)} read, each piece authenticated; ${counted(receipts, "receipt")} in the custodians' logs`,
      );
      output.result({
        record,
        kind: access.opening.kind,
        from,
        bytes: length,
        size: whole,
        organisation,
        receipts,
        liars,
        evidence,
      });
      return;
    } catch (error) {
      if (error instanceof TooFewCustodians) await keepEvidence(flags.evidence, error.report);
      if (!hasCode(error, "not-opened")) throw error;
    }
  }
  throw notOpened();
}

/** What proves a lie, and what custodians promised. Returns the names of the files of the former. */
async function keepEvidence(
  folder: string | undefined,
  { evidence, receipts }: CustodyReport,
): Promise<readonly string[]> {
  if (folder === undefined) return [];
  const names = await writeEvidence(folder, evidence);
  await writePromises(
    folder,
    receipts.map((receipt) => receipt.promise),
  );
  return names;
}

function fileName({ record, mediaType }: Pick<RecordFacts, "record" | "mediaType">): string {
  return `${record.slice(2)}.${mediaType === "application/fhir+json" ? "json" : "bin"}`;
}

function keepOfActor(): AnamnesisError<"keep-of-actor"> {
  return new AnamnesisError({
    code: "keep-of-actor",
    rule: "A practitioner's own node keeps whole records that the practitioner opened.",
    fix: "Use --keep with --actor and without --range.",
  });
}

function rangeOfOne(): AnamnesisError<"range-of-one"> {
  return new AnamnesisError({
    code: "range-of-one",
    rule: "A range is read of one record.",
    fix: "Name the record with --record.",
  });
}

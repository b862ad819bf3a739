import { join } from "node:path";
import { Command } from "commander";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { type ExportedReceipts, exportReceipts } from "@anamnesis/sdk/exportReceipts";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { givenConsents } from "@anamnesis/sdk/looks/givenConsents";
import { type Notice, noticesOf } from "@anamnesis/sdk/looks/noticesOf";
import { visitsOf } from "@anamnesis/sdk/looks/visitsOf";
import { type AccessLog, accessLog, type AccessLogParameters, type LogAccess } from "@anamnesis/sdk/receipts";
import { writeDurably } from "../files/durableFile.ts";
import { readHeads, readPromises, writeEvidence, writeHeads } from "../files/evidenceFolder.ts";
import { readPatientKeys } from "../files/keyFiles.ts";
import { openLedgerFile } from "../files/openLedgerFile.ts";
import { counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { chosenKinds, evidenceOption, jsonOption, kindsOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly ledger?: string;
  readonly evidence?: string;
  readonly export?: string;
  readonly notices?: true;
  readonly kind?: readonly SegmentKind[];
  readonly json?: true;
}

/** `anamnesis receipts`: the complete access log, verified. */
export function receiptsCommand(): Command {
  return new Command("receipts")
    .description("who asked for the patient's records, from every custodian's log, verified")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .option(
      "--ledger <file>",
      "a node's configuration, or its `ledger` section: compare the logs with the ledger itself",
    )
    .option("--export <folder>", "write each receipt there as a file that proves itself offline")
    .option("--notices", "what of it needs a look: first, unusual and refused accesses of the last 30 days")
    .addOption(kindsOption())
    .addOption(evidenceOption())
    .addOption(jsonOption())
    .action(showReceipts);
}

async function showReceipts(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const keys = await readPatientKeys(flags.keys, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const ledger = flags.ledger === undefined ? null : await openLedgerFile(flags.ledger);
  const kinds = chosenKinds(flags.kind);
  const log = await accessLog({
    runtime: systemRuntime,
    consortium,
    keys,
    kinds,
    ...(ledger === null ? {} : { ledger }),
    ...(flags.evidence === undefined ? {} : await keptIn(flags.evidence)),
  });
  await ledger?.close();
  const evidence = flags.evidence === undefined ? [] : await keep(flags.evidence, log);
  for (const access of log.accesses) output.line(line(access));
  const entries = log.logs.reduce((sum, item) => sum + item.entries, 0);
  const checked = ledger === null ? "not compared with the ledger (--ledger)" : "compared with the ledger";
  output.line(
    `${counted(log.accesses.length, "access", "accesses")} in ${counted(entries, "entry", "entries")}, ${checked}`,
  );
  const notices = flags.notices === true ? noticed(log, consortium, keys) : null;
  for (const notice of notices ?? []) output.line(noticeLine(notice));
  if (notices !== null) output.line(counted(notices.length, "notice"));
  const exported =
    flags.export === undefined ? null : await writeProofs(flags.export, consortium, keys, kinds);
  if (exported !== null) {
    const { files, missing } = exported;
    output.line(`${counted(files.length, "proof", "proofs")} written, ${missing.length} not to be had`);
  }
  output.result({
    accesses: log.accesses,
    logs: log.logs,
    findings: log.findings,
    evidence,
    exported,
    ...(notices === null ? {} : { notices }),
  });
  if (log.findings.length === 0) return;
  throw new AnamnesisError({
    code: "log-not-clean",
    rule: "The custodians' logs are complete, consistent and agree with each other.",
    fix: "Read the findings with --json; they name custodian and evidence. A custodian that was down is no offence: ask again later.",
    meta: {
      findings: log.findings.length,
      codes: [...new Set(log.findings.map(({ code }) => code))].join(", "),
    },
  });
}

/** What an earlier run and the readers have kept. */
async function keptIn(folder: string): Promise<Required<Pick<AccessLogParameters, "earlier" | "promises">>> {
  return { earlier: await readHeads(folder), promises: await readPromises(folder) };
}

/** The heads of a log that contradicts an earlier one are not put in its place: they would hide what is proven. */
async function keep(folder: string, log: AccessLog): Promise<readonly string[]> {
  const names = await writeEvidence(folder, log.evidence);
  const forked = new Set(
    log.findings.filter(({ code }) => code === "conflicting-heads").map(({ custodian }) => custodian),
  );
  await writeHeads(
    folder,
    log.heads.filter(({ custodian }) => !forked.has(custodian)),
  );
  return names;
}

/** Name of the file with the verifier keys beside the proofs. */
const KEYS_FILE = "keys.txt";

async function writeProofs(
  folder: string,
  consortium: Consortium,
  keys: PatientKeys,
  kinds: readonly SegmentKind[],
): Promise<{
  readonly files: readonly { readonly name: string; readonly witnesses: number }[];
  readonly missing: ExportedReceipts["missing"];
}> {
  const { receipts, verifierKeys, missing } = await exportReceipts({
    runtime: systemRuntime,
    consortium,
    keys,
    kinds,
  });
  for (const { name, text } of receipts) await writeDurably(join(folder, name), text);
  await writeDurably(join(folder, KEYS_FILE), `${verifierKeys.join("\n")}\n`);
  return { files: receipts.map(({ name, witnesses }) => ({ name, witnesses })), missing };
}

/** By the rules of the portal's first page; the hours are this computer's. */
function noticed(log: AccessLog, { actors, identity }: Consortium, keys: PatientKeys): readonly Notice[] {
  return noticesOf({
    visits: visitsOf(log.accesses, ({ actor }) => actors.get(actor)?.role === "device"),
    consents: givenConsents(keys, identity),
    now: systemRuntime.now(),
    hourOf: (time) => new Date(time * 1000).getHours(),
  });
}

function noticeLine({ rules, ids, visit }: Notice): string {
  const when = new Date(visit.when * 1000).toISOString();
  const codes = visit.codes.length === 0 ? "" : ` (${visit.codes.join(", ")})`;
  const times = ids.length === 1 ? "" : `, ${ids.length} times`;
  return `look  ${when}  ${visit.who?.actor ?? ""}  ${rules.join(", ")}${codes}${times}`;
}

function line(access: LogAccess): string {
  const when = new Date(access.when * 1000).toISOString();
  const who = access.who === null ? "own device" : access.who.actor;
  const released = access.records.filter(({ outcome }) => outcome === "released").length;
  const refused = access.records.length - released;
  return `${when}  ${who}  ${access.kind}  ${access.purpose}  ${released} released, ${refused} refused`;
}

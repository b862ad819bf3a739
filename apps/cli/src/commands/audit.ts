import { Command } from "commander";
import { formatVerifierKey, parseVerifierKey } from "@anamnesis/core/audit/checkpointKey";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import { auditLog, type AuditReport } from "@anamnesis/sdk/audit/auditLog";
import { formatAuditState, parseAuditState } from "@anamnesis/sdk/audit/auditState";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { readIfThere, writeDurably } from "../files/durableFile.ts";
import { openLedgerFile } from "../files/openLedgerFile.ts";
import { counted } from "../output/format.ts";
import { createOutput, type Output } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { countOf, jsonOption, parseNodeUrl, wholeNumber } from "./options.ts";

interface Flags {
  readonly state?: string;
  readonly ledger?: string;
  readonly logKey?: string;
  readonly witnesses: number;
  readonly follow?: true;
  readonly interval: number;
  readonly json?: true;
}

/** `anamnesis audit`: follows one node's receipt log from outside; needs no key. */
export function auditCommand(): Command {
  return new Command("audit")
    .description(
      "check a node's receipt log from outside: signature, growth, every tile, witnesses, the ledger",
    )
    .argument("<url>", "address of the node", parseNodeUrl)
    .option("--state <file>", "what the last look found; is read, and written when nothing is wrong")
    .option("--ledger <file>", "a node's configuration, or its `ledger` section: compare the anchored heads")
    .option("--log-key <verifier key>", "the log's key; by default the one of the last look or the directory")
    .option("--witnesses <number>", "how many other members must have cosigned the head", countOf(255), 1)
    .option("--once", "one look and end: the default")
    .option("--follow", "look again and again, until something is wrong")
    .option("--interval <seconds>", "between two looks", wholeNumber(86_400), 60)
    .addOption(jsonOption())
    .action(audit);
}

async function audit(endpoint: string, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const ledger = flags.ledger === undefined ? null : await openLedgerFile(flags.ledger);
  try {
    do {
      const report = await look(endpoint, flags, ledger);
      show(report, output, ledger !== null);
      if (report.findings.length > 0) throw notClean(report);
      if (flags.follow === true) await systemRuntime.sleep(flags.interval * 1000);
    } while (flags.follow === true);
  } finally {
    await ledger?.close();
  }
}

async function look(endpoint: string, flags: Flags, ledger: LedgerPort | null): Promise<AuditReport> {
  const bytes = flags.state === undefined ? null : await readIfThere(flags.state);
  const report = await auditLog({
    runtime: systemRuntime,
    endpoint,
    state: bytes === null ? null : parseAuditState(new TextDecoder().decode(bytes)),
    witnesses: flags.witnesses,
    ...(flags.logKey === undefined ? {} : { logKey: parseVerifierKey(flags.logKey) }),
    ...(ledger === null ? {} : { ledger: await readLedger(ledger) }),
  });
  if (flags.state !== undefined && report.state !== null) {
    await writeDurably(flags.state, formatAuditState(report.state));
  }
  return report;
}

function show(report: AuditReport, output: Output, withLedger: boolean): void {
  const { log, head, entries, cosignatures, compared, findings } = report;
  output.line(`log ${formatVerifierKey(log)}`);
  if (head !== null) {
    output.line(
      `${counted(head.size, "entry", "entries")}, ${entries} new; ${cosignatures.length} cosigned; compared with ` +
        `${counted(compared.witnesses, "witness", "witnesses")} and ` +
        (withLedger
          ? `${counted(compared.ledger, "head", "heads")} on the ledger`
          : "not with the ledger (--ledger)"),
    );
  }
  for (const { code, detail, evidence } of findings) {
    output.line(`✗ ${code}: ${detail}`);
    for (const note of evidence) output.line(note.trimEnd().replaceAll(/^/gm, "    "));
  }
  output.result({
    log: formatVerifierKey(log),
    size: head?.size ?? null,
    entries,
    cosignatures: cosignatures.map(({ witness, time }) => ({ witness: witness.name, time })),
    compared,
    findings,
  });
}

function notClean({ findings }: AuditReport): AnamnesisError<"log-not-clean"> {
  return new AnamnesisError({
    code: "log-not-clean",
    rule: "A receipt log only grows, and shows everyone the same.",
    fix: "Keep the findings: signed heads that contradict each other convict the log. A node that is down is no offence: look again later.",
    meta: { findings: findings.length, codes: [...new Set(findings.map(({ code }) => code))].join(", ") },
  });
}

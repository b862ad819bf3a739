import { Command } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import { decodeEvidence, evidenceDigest } from "@anamnesis/core/evidence/evidence";
import { type EvidenceVerdict, verifyEvidence } from "@anamnesis/core/evidence/verifyEvidence";
import { type LedgerView, readLedger } from "@anamnesis/sdk/ledgerView";
import { openLedgerFile } from "../files/openLedgerFile.ts";
import { readRequired } from "../files/durableFile.ts";
import { printable } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { jsonOption } from "./options.ts";

interface Flags {
  readonly ledger?: string;
  readonly json?: true;
}

/** `anamnesis evidence`: what a file of evidence proves, about whom; nobody is asked and nobody has to be trusted. */
export function evidenceCommand(): Command {
  return new Command("evidence")
    .description(
      "check a file of evidence: what it proves and about whom; ends with 1 when it proves nothing",
    )
    .argument("<file>", "evidence-….cbor, as `open` and `receipts` write it")
    .option(
      "--ledger <file>",
      "a node's configuration, or its `ledger` section: names the organisation, and knows its devices",
    )
    .addOption(jsonOption())
    .action(showEvidence);
}

async function showEvidence(file: string, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const evidence = decodeEvidence(await readRequired(file, "evidence"));
  const ledger = flags.ledger === undefined ? null : await viewOf(flags.ledger);
  const verdict = await verifyEvidence(evidence, contextOf(ledger));
  const { accused } = verdict;
  const member = ledger?.members.get(accused);
  // The card's name is what the organisation calls itself; the id is what counts.
  const name = member?.name ?? evidence.keyCard.name;
  const standing =
    ledger === null ? "not looked up" : member === undefined ? "not a member" : STANDING[member.status];
  const digest = evidenceDigest(evidence);
  output.result({ kind: evidence.kind, digest, ...verdict, name, ledger: standing });
  if (!verdict.proven) throw unproven(verdict);
  output.line(`proven: ${verdict.statement}`);
  output.line(`  kind: ${evidence.kind}`);
  output.line(`  about: ${printable(name)}, ${accused} (on the ledger: ${standing})`);
}

const STANDING = { active: "member", suspended: "suspended member", removed: "removed member" } as const;

async function viewOf(path: string): Promise<LedgerView> {
  const port = await openLedgerFile(path);
  try {
    return await readLedger(port);
  } finally {
    await port.close();
  }
}

function contextOf(ledger: LedgerView | null): Parameters<typeof verifyEvidence>[1] {
  if (ledger === null) return {};
  return {
    keysOf: (organisation) => {
      const member = ledger.members.get(organisation);
      if (member === undefined) return [];
      const { keyCard, keySince: since, earlierKeys } = member;
      // Newest first: each counted until the one before it in this list.
      return [{ keyCard, since }, ...earlierKeys].map((key, i, all) => {
        const until = all[i - 1]?.since;
        return { keyCard: key.keyCard, since: key.since, ...(until === undefined ? {} : { until }) };
      });
    },
    signsFor: (organisation, author, by) => {
      const actor = ledger.actors.get(author);
      return (
        actor !== undefined &&
        actor.role !== "staff" &&
        actor.organisation === organisation &&
        actor.signer === by
      );
    },
  };
}

function unproven(verdict: Extract<EvidenceVerdict, { readonly proven: false }>): AnamnesisError {
  return new AnamnesisError({
    code: "evidence-not-proven",
    rule: "Evidence contradicts itself over the signatures of the one that it accuses.",
    fix:
      verdict.flaw === "unknown-author"
        ? "Give --ledger: only the ledger says whose device it is."
        : verdict.flaw === "unknown-keys"
          ? "Give --ledger: only the ledger says which later keys are its own."
          : "Ask whoever wrote the file for the original; it speaks against nobody as it is.",
    meta: { flaw: verdict.flaw, accused: verdict.accused },
  });
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { openKeystore } from "@anamnesis/node/keystore/keystore";
import { expect } from "vitest";
import { entriesOf, forked, LyingNode } from "./lyingLog.ts";
import { CommandProcess } from "./runDemo.ts";

interface Finding {
  readonly code: string;
  readonly evidence: readonly string[];
}

interface Report {
  readonly size: number;
  readonly cosignatures: readonly unknown[];
  readonly compared: { readonly witnesses: number; readonly ledger: number };
  readonly findings: readonly Finding[];
}

/**
 * Follows a running node's log as an auditor does, with no key; then the same log as an operator would show it who forked it or
 * rolled it back and signs with the node's real key.
 * @param dataDir of the node.
 */
export async function auditFromOutside(
  node: string,
  dataDir: string,
  passphrase: string,
  ledger: string,
  folder: string,
): Promise<void> {
  const audit = async (
    url: string,
    ...more: string[]
  ): Promise<{ exitCode: number | null; report: Report }> => {
    const { exitCode, output } = await new CommandProcess(["audit", url, "--json", ...more]).finished;
    return { exitCode, report: JSON.parse(output.slice(0, output.lastIndexOf("}") + 1)) as Report };
  };
  const codes = ({ report }: { report: Report }): readonly string[] =>
    report.findings.map(({ code }) => code);

  const state = join(folder, "audit-state.json");
  const kept = ["--state", state, "--ledger", ledger];
  const clean = await audit(node, ...kept);
  expect(clean).toMatchObject({ exitCode: 0, report: { findings: [], compared: { witnesses: 2 } } });
  expect(clean.report.size).toBeGreaterThan(0);
  expect(clean.report.cosignatures.length).toBeGreaterThanOrEqual(1);
  expect(clean.report.compared.ledger).toBeGreaterThanOrEqual(1);
  expect(await audit(node, ...kept)).toMatchObject({ exitCode: 0, report: { findings: [] } });

  const keys = await openKeystore(join(dataDir, "keystore.age"), passphrase);
  const key = { name: logOrigin(organisationIdOf(keys.card)), publicKey: keys.card.ed25519 };
  const entries = await entriesOf(node, key);
  for (const [lied, withState, alone] of [
    [forked(entries, 0), "forked", "forked"],
    [entries.slice(0, -1), "rolled-back", "rolled-back"],
  ] as const) {
    const liar = await LyingNode.start(node, { entries: lied, key, sign: keys.signMessage });
    try {
      const known = await audit(liar.url, ...kept, "--witnesses", "0");
      expect(known.exitCode).toBe(1);
      expect(codes(known)).toContain(withState);
      expect(codes(known)).toContain("anchor-mismatch");
      // An auditor who comes for the first time, and without the ledger, hears it from the witnesses.
      const first = await audit(liar.url, "--witnesses", "0");
      expect(first.exitCode).toBe(1);
      expect(codes(first)).toEqual([alone, alone]);
      expect(first.report.findings[0]?.evidence).toHaveLength(2);
    } finally {
      await liar.stop();
    }
  }
  // What was found wrong was not kept: the real log is clean as before.
  expect(await audit(node, ...kept)).toMatchObject({ exitCode: 0, report: { findings: [] } });
}

/** Each file of an export proves itself with the keys beside it, and none does without. */
export async function verifyExport(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".tlog-proof"));
  expect(files.length).toBeGreaterThan(0);
  const keys = ["--keys", join(folder, "keys.txt")];
  for (const name of files) {
    const file = join(folder, name);
    const { exitCode, output } = await new CommandProcess(["verify-receipt", file, ...keys]).finished;
    expect([exitCode, output]).toEqual([0, expect.stringContaining("cosigned by anamnesis/witness/")]);
  }
  const bare = await new CommandProcess(["verify-receipt", join(folder, files[0] ?? "")]).finished;
  expect([bare.exitCode, bare.output]).toEqual([1, expect.stringContaining("code: unknown-log")]);
}

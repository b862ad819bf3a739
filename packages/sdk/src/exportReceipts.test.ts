import { parseAnyVerifierKey, type CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import { leafHash } from "@anamnesis/core/audit/merkleTree";
import { receipt, receiptCommitment } from "@anamnesis/core/audit/receiptEntry";
import { formatTlogProof, parseTlogProof } from "@anamnesis/core/audit/tlogProof";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { type ExportedReceipt, exportReceipts } from "./exportReceipts.ts";
import { openRecords } from "./open.ts";
import { accessLog } from "./receipts.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { verifyReceipt } from "./verifyReceipt.ts";

async function afterReads() {
  const journey = await beginJourney();
  await journey.seal([resource("a")]);
  journey.world.anchor();
  const { world, consortium, keys } = journey;
  const { runtime } = world;
  const read = () =>
    openRecords({
      runtime,
      consortium,
      access: ownerAccess(keys(), "general"),
      purpose: "PATRQT",
      ask: "all",
    });
  await read();
  await world.cosignLogs();
  const exported = () => exportReceipts({ runtime, consortium, keys: keys(), kinds: ["general"] });
  const log = () => accessLog({ runtime, consortium, keys: keys(), kinds: ["general"] });
  return { ...journey, read, exported, log };
}

function policyOf(verifierKeys: readonly string[]): { logs: CheckpointKey[]; witnesses: CheckpointKey[] } {
  const keys = verifierKeys.map(parseAnyVerifierKey);
  const of = (use: string) => keys.filter((item) => item.use === use).map(({ key }) => key);
  return { logs: of("log"), witnesses: of("cosigner") };
}

describe("exportReceipts", () => {
  it("gives a file for each entry that proves itself offline", async () => {
    const { exported, world } = await afterReads();
    const { receipts, verifierKeys, missing } = await exported();
    expect(missing).toEqual([]);
    expect(receipts.map(({ index, witnesses }) => [index, witnesses])).toEqual([
      [0, 2],
      [0, 2],
      [0, 2],
    ]);
    const { logs, witnesses } = policyOf(verifierKeys);
    for (const { text, custodian } of receipts) {
      const { entry, head, cosignatures } = verifyReceipt({ text, logs, witnesses });
      expect(entry).toMatchObject({ custodian, basis: "owner", purpose: "PATRQT" });
      expect([head.size, cosignatures.length]).toEqual([1, 2]);
      expect(cosignatures[0]?.time).toBe(world.time);
    }
    expect(new Set(receipts.map(({ name }) => name)).size).toBe(3);
  });

  it("proves an entry that is newer than the published head under a head without witnesses", async () => {
    const { exported, read } = await afterReads();
    await read();
    const { receipts, verifierKeys } = await exported();
    const newer = receipts.filter(({ index }) => index === 1);
    expect(newer.map(({ witnesses }) => witnesses)).toEqual([0, 0, 0]);
    const { logs, witnesses } = policyOf(verifierKeys);
    const { text } = newer[0] ?? expect.unreachable();
    expect(() => verifyReceipt({ text, logs, witnesses })).toThrowError(
      expect.objectContaining({ code: "too-few-cosignatures" }),
    );
    expect(verifyReceipt({ text, logs, witnesses, minimum: 0 }).index).toBe(1);
  });

  it("says what a custodian did not give, and gives no file that proves nothing", async () => {
    const { exported, read, world } = await afterReads();
    world.stop(2);
    const lost = await exported();
    expect(lost.receipts).toHaveLength(2);
    expect(lost.missing).toMatchObject([
      { custodian: world.member(2).organisation, code: "node-unreachable", index: null },
    ]);
    world.start(2);
    await read();
    await world.cosignLogs();
    // The published head no longer fits the log that the patient is shown.
    const node = world.node(0);
    node.log = node.log.toReversed();
    const { receipts, missing } = await exported();
    expect(missing.map(({ custodian, index, code }) => [custodian, index, code])).toEqual(
      [0, 1].map((index) => [world.member(0).organisation, index, "bad-inclusion"]),
    );
    expect(receipts).toHaveLength(4);
  });
});

describe("verifyReceipt", () => {
  it("believes no other entry, custodian or key", async () => {
    const { exported } = await afterReads();
    const { receipts, verifierKeys } = await exported();
    const policy = policyOf(verifierKeys);
    const [{ text }, second] = receipts as unknown as readonly [
      ExportedReceipt,
      ExportedReceipt,
      ...ExportedReceipt[],
    ];
    const proof = parseTlogProof(text);
    const { entry, salt } = receipt.decode(proof.extra as Uint8Array);
    const withEntry = (changed: typeof entry) =>
      formatTlogProof({ ...proof, extra: receipt.encode({ entry: changed, salt }) });
    const codeOf = (file: string, parts = {}) => {
      try {
        verifyReceipt({ text: file, ...policy, ...parts });
        return "no error";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(codeOf(text)).toBe("no error");
    expect(codeOf(withEntry({ ...entry, basis: "none" }))).toBe("bad-proof");
    const { custodian } = receipt.decode(parseTlogProof(second.text).extra as Uint8Array).entry;
    expect(codeOf(withEntry({ ...entry, custodian }))).toBe("receipt-mismatch");
    expect(codeOf(text, { logs: policy.logs.slice(1) })).toBe("unknown-log");
    expect(codeOf(text, { logs: [] })).toBe("unknown-log");
    expect(codeOf(formatTlogProof({ ...proof, extra: null }))).toBe("bad-proof");
    expect(codeOf(text.replace("index 0", "index 1"))).toBe("bad-proof");
    expect(leafHash(receiptCommitment(entry, salt))).toHaveLength(32);
  });
});

describe("accessLog with cosigned heads", () => {
  it("says which cosigned head each log contains, without the ledger", async () => {
    const { log, read, world } = await afterReads();
    await read();
    const first = await log();
    expect(first.findings).toEqual([]);
    expect(first.logs.map(({ cosigned }) => cosigned)).toEqual(
      Array.from({ length: 3 }, () => ({ size: 1, witnesses: 2 })),
    );
    world.node(0).published = null;
    expect((await log()).logs[0]?.cosigned).toBeNull();
  });

  it("finds a log that is not the one which the others cosigned", async () => {
    const { log, read, world } = await afterReads();
    await read();
    world.node(0).log = world.node(0).log.slice(1);
    const { findings } = await log();
    expect(findings.map(({ code }) => code)).toContain("bad-cosigned-head");
  });
});

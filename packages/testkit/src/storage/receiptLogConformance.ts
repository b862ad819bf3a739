import { leafHash, rootOf, verifyConsistency, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { equalBytes, fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { ReceiptLog, ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "./codeOf.ts";

/** One log under test, empty at first. */
export interface ReceiptLogFixture {
  readonly log: ReceiptLog;
  /** Opens the closed log again; `null` where nothing outlives the closing. */
  readonly reopen: (() => Promise<ReceiptLog>) | null;
  dispose(): Promise<void>;
}

/** Entry `number`, one of five tags; different numbers have different commitments. */
export function receiptLogEntry(number: number, sealedBytes: number = 1700): ReceiptLogEntry {
  const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();
  return {
    commitment: digest(`commitment ${number}`),
    tag: digest(`tag ${number % 5}`),
    sealed: new Uint8Array(sealedBytes).fill(number),
  };
}

/** Do both hold the same bytes? */
export function equalReceiptLogEntries(a: ReceiptLogEntry, b: ReceiptLogEntry): boolean {
  return equalBytes(a.commitment, b.commitment) && equalBytes(a.tag, b.tag) && equalBytes(a.sealed, b.sealed);
}

/** What the port `ReceiptLog` promises; every adapter runs it. */
export function describeReceiptLog(name: string, factory: () => Promise<ReceiptLogFixture>): void {
  describe(`ReceiptLog: ${name}`, () => {
    let fixture: ReceiptLogFixture;
    let log: ReceiptLog;
    beforeEach(async () => {
      fixture = await factory();
      log = fixture.log;
    });
    afterEach(async () => {
      await log.close();
      await fixture.dispose();
    });

    const fill = async (count: number): Promise<ReceiptLogEntry[]> => {
      const entries = Array.from({ length: count }, (_, number) => receiptLogEntry(number, 100 + number));
      await Promise.all(entries.map((entry) => log.append(entry)));
      return entries;
    };
    const rootAt = (entries: readonly ReceiptLogEntry[], size: number): string =>
      toHex(rootOf(entries.slice(0, size).map(({ commitment }) => leafHash(commitment))));

    it("begins with the empty tree", () => {
      expect(log.head()).toEqual({ size: 0, root: rootAt([], 0) });
      expect(log.headAt(0)).toEqual(log.head());
      expect(log.find(receiptLogEntry(0).tag)).toEqual([]);
      expect(log.consistencyProof(0, 0)).toEqual([]);
    });

    it("gives indexes in order, one after the other", async () => {
      for (let number = 0; number < 5; number++) {
        expect(await log.append(receiptLogEntry(number))).toBe(number);
        expect(log.head().size).toBe(number + 1);
      }
    });

    it("gives each of many appends at once an index of its own, under which it is read", async () => {
      const entries = Array.from({ length: 300 }, (_, number) => receiptLogEntry(number, number % 7));
      const indexes = await Promise.all(entries.map((entry) => log.append(entry)));
      expect(indexes.toSorted((a, b) => a - b)).toEqual(entries.map((_, number) => number));
      for (const [place, index] of indexes.entries()) {
        const entry = entries[place] as ReceiptLogEntry;
        expect(equalReceiptLogEntries(await log.read(index), entry)).toBe(true);
      }
      const ordered = indexes.map((_, index) => entries[indexes.indexOf(index)] as ReceiptLogEntry);
      expect(log.head()).toEqual({ size: 300, root: rootAt(ordered, 300) });
    });

    it("has the head of every size, and proofs that verify", async () => {
      const entries = await fill(40);
      for (let size = 0; size <= 40; size++) expect(log.headAt(size).root).toBe(rootAt(entries, size));
      fc.assert(
        fc.property(fc.nat(40), fc.nat(40), (a, b) => {
          const [from, to] = a < b ? [a, b] : [b, a];
          const fromRoot = fromHex(log.headAt(from).root);
          const toRoot = fromHex(log.headAt(to).root);
          const path = log.consistencyProof(from, to);
          expect(verifyConsistency({ from, fromRoot, to, toRoot, path })).toBe(true);
          if (from === to) return;
          const { commitment } = entries[from] as ReceiptLogEntry;
          const inclusion = { leafHash: leafHash(commitment), index: from, size: to, root: toRoot };
          expect(verifyInclusion({ ...inclusion, path: log.inclusionProof(from, to) })).toBe(true);
        }),
      );
    });

    it("has the complete subtrees that tiles are made of, and the commitments under them", async () => {
      const entries = await fill(40);
      const hashes = entries.map(({ commitment }) => leafHash(commitment));
      for (let height = 0; height <= 6; height++) {
        const width = 2 ** height;
        const there = Math.floor(40 / width);
        const nodes = log.nodes(height, 0, there);
        expect(nodes.length).toBe(32 * there);
        for (let i = 0; i < there; i++) {
          const root = rootOf(hashes.slice(i * width, (i + 1) * width));
          expect(equalBytes(nodes.subarray(i * 32, (i + 1) * 32), root)).toBe(true);
          expect(equalBytes(log.nodes(height, i, 1), root)).toBe(true);
        }
        expect(() => log.nodes(height, 0, there + 1)).toThrowError(
          expect.objectContaining({ code: "log-range" }),
        );
      }
      const commitments = await log.commitments(7, 20);
      expect(commitments.map(toHex)).toEqual(entries.slice(7, 27).map(({ commitment }) => toHex(commitment)));
      expect(await log.commitments(40, 0)).toEqual([]);
      expect(await codeOf(log.commitments(39, 2))).toBe("log-range");
    });

    it("finds the entries of a tag, ascending", async () => {
      await fill(23);
      expect(log.find(receiptLogEntry(3).tag)).toEqual([3, 8, 13, 18]);
      expect(log.find(new Uint8Array(32))).toEqual([]);
    });

    it("refuses ranges that it does not have", async () => {
      await fill(3);
      const codes = (action: () => unknown): Promise<string> => codeOf(Promise.resolve().then(action));
      for (const bad of [-1, 4, 0.5, NaN]) {
        expect(await codes(() => log.headAt(bad))).toBe("log-range");
        expect(await codeOf(log.read(bad))).toBe("log-range");
        expect(await codes(() => log.inclusionProof(0, bad))).toBe("log-range");
        expect(await codes(() => log.inclusionProof(bad, 3))).toBe("log-range");
        expect(await codes(() => log.consistencyProof(0, bad))).toBe("log-range");
        expect(await codes(() => log.consistencyProof(bad, 3))).toBe("log-range");
      }
      expect(await codeOf(log.read(3))).toBe("log-range");
      expect(await codes(() => log.inclusionProof(2, 2))).toBe("log-range");
      expect(await codes(() => log.consistencyProof(3, 2))).toBe("log-range");
    });

    it("takes sealed bytes from none to 256 KiB, and fixed widths only", async () => {
      for (const size of [0, 262_144]) {
        const entry = receiptLogEntry(size, size);
        expect(equalReceiptLogEntries(await log.read(await log.append(entry)), entry)).toBe(true);
      }
      const entry = receiptLogEntry(1);
      for (const bad of [
        { ...entry, sealed: new Uint8Array(262_145) },
        { ...entry, commitment: new Uint8Array(31) },
        { ...entry, tag: new Uint8Array(33) },
      ]) {
        expect(await codeOf(log.append(bad))).toBe("log-entry");
      }
      expect(log.head().size).toBe(2);
    });

    it("keeps its own copy", async () => {
      const entry = receiptLogEntry(1);
      const appended = log.append(entry);
      entry.sealed.fill(0xff);
      entry.commitment.fill(0xff);
      entry.tag.fill(0xff);
      await appended;
      const read = await log.read(0);
      expect(equalReceiptLogEntries(read, receiptLogEntry(1))).toBe(true);
      read.sealed.fill(0xff);
      expect(equalReceiptLogEntries(await log.read(0), receiptLogEntry(1))).toBe(true);
      expect(log.find(receiptLogEntry(1).tag)).toEqual([0]);
    });

    it("writes what waits before it closes, and then takes and gives nothing", async () => {
      const appends = Array.from({ length: 50 }, (_, number) => log.append(receiptLogEntry(number)));
      await log.close();
      expect(await Promise.all(appends)).toHaveLength(50);
      await log.close();
      expect(await codeOf(log.append(receiptLogEntry(1)))).toBe("log-closed");
      expect(await codeOf(log.read(0))).toBe("log-closed");
    });

    it("is the same after it was opened again", async () => {
      if (fixture.reopen === null) return;
      const entries = await fill(40);
      const head = log.head();
      await log.close();
      log = await fixture.reopen();
      expect(log.head()).toEqual(head);
      expect(log.find(receiptLogEntry(3).tag)).toHaveLength(8);
      for (const [index, entry] of entries.entries()) {
        expect(equalReceiptLogEntries(await log.read(index), entry)).toBe(true);
      }
      expect(await log.append(receiptLogEntry(40))).toBe(40);
      const path = log.consistencyProof(40, 41);
      const [fromRoot, toRoot] = [fromHex(head.root), fromHex(log.head().root)];
      expect(verifyConsistency({ from: 40, fromRoot, to: 41, toRoot, path })).toBe(true);
    });
  });
}

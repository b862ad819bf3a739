import { verifyConsistency } from "@anamnesis/core/audit/merkleTree";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import {
  describeReceiptLog,
  equalReceiptLogEntries,
  receiptLogEntry,
} from "@anamnesis/testkit/storage/receiptLogConformance";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileSystem, OpenFile } from "../filesystem/fileSystem.ts";
import { nodeFileSystem } from "../filesystem/nodeFileSystem.ts";
import { FileReceiptLog } from "./fileReceiptLog.ts";
import { HEAD_BYTES, HEADER_BYTES } from "./logFormat.ts";

const logId = new Uint8Array(32).fill(1);
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anamnesis-log-"));
  path = join(folder, "receipts.log");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openLog = (fileSystem: FileSystem = nodeFileSystem): Promise<FileReceiptLog> =>
  FileReceiptLog.open(path, { logId, fileSystem });

describeReceiptLog("file", async () => ({
  log: await openLog(),
  reopen: openLog,
  dispose: async () => undefined,
}));

/** The bytes of a log of `frames` frames with one entry each and where each frame begins, without a mark. */
async function writtenLog(frames: number): Promise<{ bytes: Buffer; starts: number[] }> {
  const log = await openLog();
  const starts: number[] = [];
  for (let number = 0; number < frames; number++) {
    await log.append(receiptLogEntry(number, 90));
    starts.push(HEADER_BYTES + number * (HEAD_BYTES + 4 + 64 + 90 + 32));
  }
  await log.close();
  const marked = await readFile(path);
  return { bytes: marked.subarray(0, -HEAD_BYTES), starts };
}

const FRAME_BYTES = HEAD_BYTES + 4 + 64 + 90 + 32;

async function openedSize(bytes: Uint8Array): Promise<number | string> {
  await writeFile(path, bytes);
  let log: ReceiptLog;
  try {
    log = await openLog();
  } catch (error) {
    return codeOf(Promise.reject(error));
  }
  const { size } = log.head();
  for (let index = 0; index < size; index++) {
    expect(equalReceiptLogEntries(await log.read(index), receiptLogEntry(index, 90))).toBe(true);
  }
  // A log that opens goes on, and what it had and got is there afterwards.
  expect(await log.append(receiptLogEntry(size, 90))).toBe(size);
  await log.close();
  const again = await openLog();
  expect(again.head().size).toBe(size + 1);
  await again.close();
  return size;
}

function flipped(bytes: Uint8Array, at: number): Buffer {
  const out = Buffer.from(bytes);
  out[at] = (out[at] as number) ^ 0x10;
  return out;
}

describe("a torn last write", () => {
  it("is cut off, wherever it was torn", async () => {
    const { bytes, starts } = await writtenLog(3);
    const last = starts[2] as number;
    for (let length = last; length < last + FRAME_BYTES; length += 13) {
      expect(await openedSize(bytes.subarray(0, length))).toBe(2);
    }
    expect(await openedSize(bytes)).toBe(3);
  });

  it("is cut off when its sectors are zero, garbled or partly there", async () => {
    const { bytes, starts } = await writtenLog(3);
    const last = starts[2] as number;
    expect(await openedSize(Buffer.concat([bytes, Buffer.alloc(100_000)]))).toBe(3);
    expect(await openedSize(Buffer.concat([bytes, Buffer.alloc(3_000_000, 0xa5)]))).toBe(3);
    expect(await openedSize(Buffer.from(bytes).fill(0, last))).toBe(2);
    for (let at = last; at < bytes.length; at += 11) expect(await openedSize(flipped(bytes, at))).toBe(2);
  });

  it("is cut off behind the mark that it half overwrote", async () => {
    const { bytes } = await writtenLog(2);
    await writeFile(path, bytes);
    await (await openLog()).close();
    const marked = await readFile(path);
    expect(marked.length).toBe(bytes.length + HEAD_BYTES);
    expect(await openedSize(Buffer.concat([marked, Buffer.alloc(500, 7)]))).toBe(2);
  });

  it("is synced and marked at opening when it was whole", async () => {
    const { bytes } = await writtenLog(2);
    await writeFile(path, bytes);
    const steps: string[] = [];
    const log = await openLog(faulty({ step: (name) => void steps.push(name) }));
    await log.close();
    expect(steps).toEqual(["write", "sync", "write"]);
    const [before, after] = [bytes, await readFile(path)];
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
  });
});

describe("damage", () => {
  it("before the last frame stops the opening, wherever it is", async () => {
    const { bytes, starts } = await writtenLog(4);
    for (let at = 0; at < (starts[3] as number); at += 11) {
      expect(await openedSize(flipped(bytes, at))).toBe("log-corrupt");
    }
  });

  it("in the last frame stops the opening when a mark says that it was synced", async () => {
    const { bytes, starts } = await writtenLog(2);
    expect(await openedSize(bytes)).toBe(2);
    const marked = await readFile(path);
    for (let at = starts[1] as number; at < bytes.length; at += 11) {
      expect(await openedSize(flipped(marked, at))).toBe("log-corrupt");
    }
  });

  it("is frames left out or exchanged", async () => {
    const { bytes, starts } = await writtenLog(4);
    const frame = (number: number): Buffer =>
      bytes.subarray(starts[number], (starts[number] as number) + FRAME_BYTES);
    const header = bytes.subarray(0, HEADER_BYTES);
    const without = Buffer.concat([header, frame(0), frame(2), frame(3)]);
    const exchanged = Buffer.concat([header, frame(0), frame(2), frame(1), frame(3)]);
    expect(await openedSize(exchanged)).toBe("log-corrupt");
    expect(await openedSize(without)).toBe("log-corrupt");
  });

  it("of the header, or a file without one, is no new log", async () => {
    const { bytes } = await writtenLog(1);
    expect(await openedSize(Buffer.alloc(0))).toBe("log-corrupt");
    expect(await openedSize(bytes.subarray(0, HEADER_BYTES - 1))).toBe("log-corrupt");
    expect(await openedSize(Buffer.alloc(HEADER_BYTES))).toBe("log-corrupt");
  });

  it("that comes while the log is open shows when the entry is read", async () => {
    const log = await openLog();
    await log.append(receiptLogEntry(0, 90));
    const bytes = await readFile(path);
    await writeFile(path, flipped(bytes, HEADER_BYTES + HEAD_BYTES + 100));
    expect(await codeOf(log.read(0))).toBe("log-corrupt");
    await truncate(path, HEADER_BYTES);
    expect(await codeOf(log.read(0))).toBe("log-corrupt");
    await log.close();
  });

  it("is told from another custodian's log", async () => {
    await (await openLog()).close();
    expect(await codeOf(FileReceiptLog.open(path, { logId: new Uint8Array(32).fill(2) }))).toBe(
      "log-mismatch",
    );
    expect(await codeOf(FileReceiptLog.open(path, { logId: new Uint8Array(31) }))).toBe("bad-length");
    await (await openLog()).close();
  });
});

type Step = "write" | "dataSync" | "sync";

/** The real file system, except that `step` is called before each write and sync and may throw. */
function faulty({ step }: { step: (name: Step) => void }): FileSystem {
  const wrap = (inner: OpenFile): OpenFile => ({
    write: async (bytes, position) => {
      await inner.write(bytes.subarray(0, bytes.length / 2), position);
      step("write");
      await inner.write(bytes, position);
    },
    dataSync: async () => {
      step("dataSync");
      await inner.dataSync();
    },
    sync: async () => {
      step("sync");
      await inner.sync();
    },
    read: (position, length) => inner.read(position, length),
    size: () => inner.size(),
    truncate: (size) => inner.truncate(size),
    close: () => inner.close(),
  });
  return { ...nodeFileSystem, open: async (file, mode) => wrap(await nodeFileSystem.open(file, mode)) };
}

describe("group commit", () => {
  it("writes and syncs appends that wait together once", async () => {
    let syncs = 0;
    const log = await openLog(faulty({ step: (name) => void (name === "dataSync" && syncs++) }));
    await Promise.all(Array.from({ length: 500 }, (_, number) => log.append(receiptLogEntry(number))));
    expect(syncs).toBe(2);
    await log.close();
  });

  it("acknowledges nothing before its sync returned", async () => {
    const order: string[] = [];
    const log = await openLog(faulty({ step: (name) => void order.push(name) }));
    order.length = 0;
    expect(log.head().size).toBe(0);
    await log.append(receiptLogEntry(0)).then(() => order.push("acknowledged"));
    expect(order.slice(0, 3)).toEqual(["write", "dataSync", "acknowledged"]);
    await log.close();
  });

  it("ends frames at 4 MiB", async () => {
    const log = await openLog();
    await Promise.all(
      Array.from({ length: 40 }, (_, number) => log.append(receiptLogEntry(number, 262_144))),
    );
    await log.close();
    const again = await openLog();
    expect(again.head()).toEqual(log.head());
    expect(equalReceiptLogEntries(await again.read(39), receiptLogEntry(39, 262_144))).toBe(true);
    await again.close();
  });
});

describe("a failed write or sync", () => {
  it.each(["write", "dataSync"] as const)("(%s) refuses what waits and what comes", async (failing) => {
    let broken = false;
    const log = await openLog(
      faulty({
        step: (name) => {
          if (broken && name === failing) throw Object.assign(new RangeError(path), { code: "EIO" });
        },
      }),
    );
    await log.append(receiptLogEntry(0));
    const head = log.head();
    broken = true;
    const appends = Array.from({ length: 5 }, (_, number) => log.append(receiptLogEntry(1 + number)));
    for (const append of appends) expect(await codeOf(append)).toBe("log-failed");
    broken = false;
    const error: unknown = await log.append(receiptLogEntry(9)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "log-failed", meta: { errno: "EIO" } });
    expect(String(error)).not.toContain(path);
    expect(log.head()).toEqual(head);
    expect(equalReceiptLogEntries(await log.read(0), receiptLogEntry(0))).toBe(true);
    await log.close();

    const again = await openLog();
    const { size } = again.head();
    expect(again.headAt(1)).toEqual(head);
    expect(await again.append(receiptLogEntry(10))).toBe(size);
    await again.close();
  });

  it("at opening has the medium's code and gives up the lock", async () => {
    const full = faulty({
      step: () => {
        throw Object.assign(new RangeError("disk"), { code: "ENOSPC" });
      },
    });
    expect(await codeOf(openLog(full))).toBe("storage-full");
    await (await openLog()).close();
    expect(await codeOf(FileReceiptLog.open(join(folder, "none", "log"), { logId }))).toBe("storage-failed");
  });
});

describe("kill -9 while appending", () => {
  it("loses no acknowledged entry, gives no index twice, and the lock ends with the process", async () => {
    const before = await openLog();
    await Promise.all([0, 1, 2].map((number) => before.append(receiptLogEntry(number))));
    const { root } = before.head();
    await before.close();

    const acknowledged = new Map<number, string>();
    for (let round = 1; round <= 2; round++) {
      const program = fileURLToPath(new URL("appendLoop.testProcess.ts", import.meta.url));
      const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      const contenders: Promise<string>[] = [];
      // It is killed once the contender was told no: the lock ends with it.
      let isTold = false;
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (contenders.length === 0) contenders.push(codeOf(openLog()).finally(() => (isTold = true)));
        if (isTold && output.split("\n").length > 1500) child.kill("SIGKILL");
      });
      await once(child, "close");
      expect(child.signalCode).toBe("SIGKILL");
      expect(await Promise.all(contenders)).toEqual(["log-locked"]);
      const [, ...lines] = output.slice(0, output.lastIndexOf("\n")).split("\n");
      for (const line of lines) {
        const [index, commitment] = line.split(" ") as [string, string];
        expect(acknowledged.has(Number(index))).toBe(false);
        acknowledged.set(Number(index), commitment);
      }
    }
    expect(acknowledged.size).toBeGreaterThan(2000);

    const log = await openLog();
    const { size, root: rootNow } = log.head();
    expect(size).toBeGreaterThanOrEqual(3 + acknowledged.size);
    for (const [index, commitment] of acknowledged) {
      expect(toHex((await log.read(index)).commitment)).toBe(commitment);
    }
    const [fromRoot, toRoot] = [fromHex(root), fromHex(rootNow)] as [Uint8Array, Uint8Array];
    const path3 = log.consistencyProof(3, size);
    expect(verifyConsistency({ from: 3, fromRoot, to: size, toRoot, path: path3 })).toBe(true);
    expect(log.headAt(3).root).toBe(root satisfies Hex);
    await log.close();
  });
});

describe("the lock", () => {
  it("lets one at a time open the log, and leaves one small file", async () => {
    const log = await openLog();
    expect(await codeOf(openLog())).toBe("log-locked");
    await log.append(receiptLogEntry(0));
    await log.close();
    const again = await openLog();
    expect(again.head().size).toBe(1);
    await again.close();
    expect(await readdir(folder)).toHaveLength(2);
  });
});

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { FileReceiptLog } from "@anamnesis/storage/receiptLog/fileReceiptLog";
import { mkdir, stat } from "node:fs/promises";
import type { Limits } from "../limits/measureLimits.ts";
import { inFolder } from "../run/inFolder.ts";
import { rate } from "../run/rate.ts";
import type { Part } from "./part.ts";

const LOG_ID = new Uint8Array(32).fill(7);
/** Bytes of a sealed receipt about a few records. */
const SEALED = 1700;
/** Entries of the log that is opened. */
const ENTRIES = 100_000;
const AT_ONCE = 64;
/** Bytes of a blob: a small resource as it is sealed. */
const BLOB = 2048;

function entry(): ReceiptLogEntry {
  const bytes = Uint8Array.from(randomBytes(64));
  return { commitment: bytes.subarray(0, 32), tag: bytes.subarray(32), sealed: new Uint8Array(SEALED) };
}

/** Real files with real syncs, in the folder for temporary files. */
export async function storageParts(time: number, limits: Limits): Promise<readonly Part[]> {
  return inFolder(async (folder) => [
    ...(await logParts(join(folder, "receipts.log"), time, limits)),
    ...(await blobParts(join(folder, "blobs"), time, limits)),
  ]);
}

async function logParts(path: string, time: number, limits: Limits): Promise<readonly Part[]> {
  const log = await FileReceiptLog.open(path, { logId: LOG_ID });
  const { perCpuSecond: _, ...alone } = await rate(time, () => log.append(entry()));
  const { perCpuSecond: __, ...together } = await rate(time, () => log.append(entry()), AT_ONCE);
  while (log.head().size < ENTRIES) {
    const left = ENTRIES - log.head().size;
    await Promise.all(Array.from({ length: Math.min(2000, left) }, () => log.append(entry())));
  }
  const { size } = log.head();
  await log.close();
  const begin = performance.now();
  const again = await FileReceiptLog.open(path, { logId: LOG_ID });
  const ms = performance.now() - begin;
  await again.close();
  const megabytes = (await stat(path)).size / 1_000_000;
  return [
    { what: "receipt append, alone", ...alone, limit: [limits.syncs, "fdatasync"] },
    {
      what: `receipt append, ${AT_ONCE} at once`,
      ...together,
      limit: [limits.syncs * AT_ONCE, "fdatasync, one for all that wait"],
    },
    {
      what: `receipt log of ${size} entries opened, entries`,
      perSecond: (1000 * size) / ms,
      samples: [ms],
      limit: [(size * limits.sha256) / megabytes, "SHA-256 over the file"],
    },
  ];
}

async function blobParts(path: string, time: number, limits: Limits): Promise<readonly Part[]> {
  await mkdir(path);
  const blobs = await FilesystemBlobStore.open(path);
  const put = (): Promise<void> => {
    const bytes = Uint8Array.from(randomBytes(BLOB));
    return blobs.put(cidOf(bytes, CODEC_RAW), bytes);
  };
  const { perCpuSecond: _, ...alone } = await rate(time, put);
  const { perCpuSecond: __, ...together } = await rate(time, put, AT_ONCE);
  return [
    { what: "blob put of 2 kB, alone", ...alone, limit: [limits.syncs / 2, "two syncs, file and folder"] },
    { what: `blob put of 2 kB, ${AT_ONCE} at once`, ...together },
  ];
}

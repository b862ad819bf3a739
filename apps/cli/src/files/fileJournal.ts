import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseCid } from "@anamnesis/core/encoding/cid";
import { type Cid, type Digest, parseDigest, parseRecordId, type RecordId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import {
  type ImportJournal,
  type JournalBatch,
  journalCorrupt,
  type JournalRecord,
  type JournalSpool,
} from "@anamnesis/sdk/journal";
import { fileNotWritable, readIfThere, readRequired, writeDurably } from "./durableFile.ts";
import { syncFolder } from "@anamnesis/storage/files/durableFile";

interface Line {
  readonly key: string;
  readonly version: string;
  readonly record: string;
  readonly kind?: SegmentKind;
}

/** An import's journal that says also where things are kept; `null`: they were sealed elsewhere, or before journals noted it. */
export interface FileJournal extends ImportJournal {
  kindOf(record: RecordId): SegmentKind | null;
  /** Of the newest record of a source, by its key. */
  newestKindOf(key: string): SegmentKind | null;
}

const keyOf = (key: string, version: string): string => JSON.stringify([key, version]);

/**
 * What an importing device has sealed, in a folder: `confirmed.jsonl` (one line a record, appended and synced) and, for
 * each batch that is not confirmed yet, `<digest>.batch` (the sealed bytes, sent again after a kill), `<digest>.json`, and
 * `<CID>.content` for each of its large contents (ciphertext; `<number>.spool` while it is being sealed).
 * It holds ids and sources of records, no content in the clear.
 */
export async function openFileJournal(folder: string): Promise<FileJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, "confirmed.jsonl");
  const confirmed = await readConfirmed(log);
  const pending = new Map<Digest, JournalBatch>();
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".json")) continue;
    const id = parseDigest(name.slice(0, -".json".length));
    const bytes = await readIfThere(join(folder, `${id}.batch`));
    if (bytes === null) continue;
    const text = new TextDecoder().decode(await readRequired(join(folder, name), "journal"));
    pending.set(id, { id, bytes, ...parseDescription(text) });
  }
  const contentPath = (cid: Cid): string => join(folder, `${cid}.content`);
  await dropStrayContents(folder, new Set([...pending.values()].flatMap(({ contents }) => contents)));
  const remove = async (id: Digest): Promise<void> => {
    const paths = ["json", "batch"].map((ending) => join(folder, `${id}.${ending}`));
    const contents = pending.get(id)?.contents ?? [];
    // The description first: without it the rest is a stray, with it alone a batch that nobody can send.
    for (const path of [...paths, ...contents.map(contentPath)]) await unlink(path).catch(() => undefined);
    pending.delete(id);
  };
  /** Oldest first. */
  const all = (): readonly JournalRecord[] => [
    ...confirmed.values(),
    ...[...pending.values()].flatMap(({ records }) => records),
  ];
  let spools = 0;
  return {
    find: async (key, version) => {
      const known = confirmed.get(keyOf(key, version));
      if (known !== undefined) return known.record;
      for (const { records } of pending.values()) {
        const found = records.find(({ source }) => source?.key === key && source.version === version);
        if (found !== undefined) return found.record;
      }
      return null;
    },
    kindOf: (record) => all().find((one) => one.record === record)?.kind ?? null,
    newestKindOf: (key) => all().findLast(({ source }) => source?.key === key)?.kind ?? null,
    remember: async (batch) => {
      // The bytes first: a description without bytes would name records that nobody can send.
      await writeDurably(join(folder, `${batch.id}.batch`), batch.bytes);
      const { records, contents } = batch;
      await writeDurably(join(folder, `${batch.id}.json`), JSON.stringify({ records, contents }));
      pending.set(batch.id, batch);
    },
    confirm: async (id) => {
      const batch = pending.get(id);
      if (batch === undefined) return;
      const named = batch.records.flatMap((one) => (one.source === null ? [] : [{ ...one, ...one.source }]));
      await append(
        log,
        named.map(({ source: _, ...line }) => line),
      );
      for (const { key, version, ...one } of named) confirmed.set(keyOf(key, version), one);
      await remove(id);
    },
    forget: remove,
    pending: async () => [...pending.values()],
    spool: () => openSpool(join(folder, `${spools++}.spool`), contentPath),
    content: async (cid) => {
      const path = contentPath(cid);
      const found = await stat(path).catch(() => null);
      if (found === null) throw journalCorrupt();
      return { length: found.size, pieces: createReadStream(path, { highWaterMark: PIECE_BYTES }) };
    },
  };
}

const PIECE_BYTES = 256 * 1024;

async function openSpool(path: string, contentPath: (cid: Cid) => string): Promise<JournalSpool> {
  const orNotWritable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch {
      throw fileNotWritable();
    }
  };
  const file = await orNotWritable(() => open(path, "w+", 0o600));
  return {
    write: (position, bytes) =>
      orNotWritable(async () => {
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
          done += bytesWritten;
        }
      }),
    read: () => file.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE_BYTES }),
    keep: (cid) =>
      orNotWritable(async () => {
        await file.sync();
        await file.close();
        await rename(path, contentPath(cid));
        await syncFolder(dirname(path));
      }),
    discard: async () => {
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
    },
  };
}

/** What a kill left between a content and its batch: it was sealed for nothing, and is sealed anew. */
async function dropStrayContents(folder: string, needed: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const stray = name.endsWith(".content") && !needed.has(name.slice(0, -".content".length));
    if (stray || name.endsWith(".spool")) await unlink(join(folder, name)).catch(() => undefined);
  }
}

/** A list alone is from the time when large contents were sent before their batch was remembered. */
function parseDescription(text: string): Pick<JournalBatch, "records" | "contents"> {
  const value = JSON.parse(text) as
    | readonly JournalRecord[]
    | { readonly records: readonly JournalRecord[]; readonly contents: readonly string[] };
  if (Array.isArray(value)) return { records: value as readonly JournalRecord[], contents: [] };
  const { records, contents } = value as Exclude<typeof value, readonly JournalRecord[]>;
  return { records, contents: contents.map(parseCid) };
}

async function append(path: string, lines: readonly Line[]): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A last line that a kill tore is left out: its batch is still pending and is confirmed again. */
async function readConfirmed(path: string): Promise<Map<string, JournalRecord>> {
  const confirmed = new Map<string, JournalRecord>();
  const bytes = await readIfThere(path);
  if (bytes === null) return confirmed;
  const lines = new TextDecoder().decode(bytes).split("\n");
  const last = lines.pop();
  for (const text of lines) {
    try {
      const { key, version, record, kind } = JSON.parse(text) as Line;
      if (kind !== undefined && !SEGMENT_KINDS.includes(kind)) throw journalCorrupt();
      const line = { source: { key, version }, record: parseRecordId(record) };
      confirmed.set(keyOf(key, version), kind === undefined ? line : { ...line, kind });
    } catch {
      throw journalCorrupt();
    }
  }
  if (last !== "") {
    const file = await open(path, "r+");
    try {
      await file.truncate(bytes.length - new TextEncoder().encode(last).length);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
  return confirmed;
}

import { mkdir, open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Digest, parseDigest, parseRecordId, type RecordId } from "@anamnesis/core/ids";
import type { ImportJournal, JournalBatch, JournalRecord } from "@anamnesis/sdk/journal";
import { readIfThere, readRequired, writeDurably } from "./durableFile.ts";

interface Line {
  readonly key: string;
  readonly version: string;
  readonly record: string;
}

const keyOf = (key: string, version: string): string => JSON.stringify([key, version]);

/**
 * What an importing device has sealed, in a folder: `confirmed.jsonl` (one line a record, appended and synced) and, for
 * each batch that is not confirmed yet, `<digest>.batch` (the sealed bytes, sent again after a kill) and `<digest>.json`.
 * It holds ids and sources of records, no content.
 */
export async function openFileJournal(folder: string): Promise<ImportJournal> {
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
    pending.set(id, { id, records: JSON.parse(text) as readonly JournalRecord[], bytes });
  }
  const remove = async (id: Digest): Promise<void> => {
    for (const ending of ["json", "batch"])
      await unlink(join(folder, `${id}.${ending}`)).catch(() => undefined);
    pending.delete(id);
  };
  return {
    find: async (key, version) => {
      const known = confirmed.get(keyOf(key, version));
      if (known !== undefined) return known;
      for (const { records } of pending.values()) {
        const found = records.find(({ source }) => source?.key === key && source.version === version);
        if (found !== undefined) return found.record;
      }
      return null;
    },
    remember: async (batch) => {
      // The bytes first: a description without bytes would name records that nobody can send.
      await writeDurably(join(folder, `${batch.id}.batch`), batch.bytes);
      await writeDurably(join(folder, `${batch.id}.json`), JSON.stringify(batch.records));
      pending.set(batch.id, batch);
    },
    confirm: async (id) => {
      const batch = pending.get(id);
      if (batch === undefined) return;
      const lines = batch.records.flatMap(({ source, record }) =>
        source === null ? [] : [{ ...source, record }],
      );
      await append(log, lines);
      for (const line of lines) confirmed.set(keyOf(line.key, line.version), line.record);
      await remove(id);
    },
    forget: remove,
    pending: async () => [...pending.values()],
  };
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
async function readConfirmed(path: string): Promise<Map<string, RecordId>> {
  const confirmed = new Map<string, RecordId>();
  const bytes = await readIfThere(path);
  if (bytes === null) return confirmed;
  const lines = new TextDecoder().decode(bytes).split("\n");
  const last = lines.pop();
  for (const text of lines) {
    try {
      const { key, version, record } = JSON.parse(text) as Line;
      confirmed.set(keyOf(key, version), parseRecordId(record));
    } catch {
      throw new AnamnesisError({
        code: "journal-corrupt",
        rule: "The import journal is as it was written.",
        fix: "Restore the file from its backup; without it an import makes records a second time.",
      });
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

import { createReadStream } from "node:fs";
import { AnamnesisError } from "@anamnesis/core/errors";
import { errnoOf, mediumError } from "@anamnesis/storage/storageErrors";
import { type BackupKey, decryptStream } from "./ageFile.ts";
import { type BackupHead, checkEnd, END_ENTRY, HEAD_ENTRY, parseHead } from "./backupForm.ts";
import { EntriesDigest } from "./digestEntries.ts";
import { backupDamaged, readTar, type TarEntry } from "./tar.ts";

/** Most bytes of an entry that is held in memory: 256 rows of any table are less. */
const LARGEST_PIECE = 64 * 1024 * 1024;

/**
 * Reads a backup's file: what it says of itself, then its entries one by one, each with a body that has to be read to its end before the
 * next is asked for. When the last one was given and nothing was thrown, the backup is whole.
 *
 * Throws `missing-file`, `storage-…`, `bad-passphrase`, `bad-identity`, `backup-damaged`, `backup-newer`.
 */
export async function readBackup(
  path: string,
  key: BackupKey,
): Promise<{ readonly head: BackupHead; readonly entries: AsyncGenerator<TarEntry> }> {
  const digest = new EntriesDigest();
  const archive = readTar(decryptStream(fileBytes(path), key));
  const first = await nextOf(archive);
  if (first.name !== HEAD_ENTRY) throw backupDamaged("form");
  const head = parseHead(await bodyOf(digest.pass(first)));
  return { head, entries: checkedEntries(archive, digest) };
}

async function* checkedEntries(
  archive: AsyncGenerator<TarEntry>,
  digest: EntriesDigest,
): AsyncGenerator<TarEntry> {
  for (;;) {
    const entry = await nextOf(archive);
    if (entry.name !== END_ENTRY) {
      yield digest.pass(entry);
      continue;
    }
    const found = digest.result();
    checkEnd(await bodyOf(entry), found);
    if ((await archive.next()).done !== true) throw backupDamaged("end");
    return;
  }
}

async function nextOf(archive: AsyncGenerator<TarEntry>): Promise<TarEntry> {
  const found = await archive.next();
  if (found.done === true) throw backupDamaged("end");
  return found.value;
}

/** All bytes of an entry. Throws `backup-damaged` for one that is larger than any that is written whole. */
export async function bodyOf({ size, body }: TarEntry): Promise<Uint8Array> {
  if (size > LARGEST_PIECE) throw backupDamaged("form");
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw mediumError(error, "read");
    throw new AnamnesisError({
      code: "missing-file",
      rule: "The backup exists and can be read.",
      fix: "Check the path.",
    });
  }
}

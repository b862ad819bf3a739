import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { onMedium } from "../onMedium.ts";
import { errnoOf } from "../storageErrors.ts";

/**
 * The file's bytes, `null` only when there is no such file. Throws `storage-…` when it is there and cannot be read: who took
 * that for a missing file would make new keys in its place.
 */
export function readIfThere(path: string): Promise<Uint8Array | null> {
  return onMedium("read", async () => {
    try {
      return Uint8Array.from(await readFile(path));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return null;
      throw error;
    }
  });
}

/**
 * Replaces a file whole: its folder (made with mode 0700 if need be), a temporary file (`<path>.tmp`, mode 0600), sync, rename,
 * sync of the folder. Throws `storage-full`, `storage-read-only`, `storage-failed`; then the file is as it was.
 */
export function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  return onMedium("write", async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.tmp`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  });
}

/** Removes a file if it is there, durably. Throws `storage-…`. */
export function removeDurably(path: string): Promise<void> {
  return onMedium("delete", async () => {
    try {
      await unlink(path);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return;
      throw error;
    }
    await syncFolder(dirname(path));
  });
}

/** fsync of a folder: names that were made, renamed or removed in it before are durable. Rejects as the system does. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

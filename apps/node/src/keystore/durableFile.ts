import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";

/**
 * The file's bytes, `null` only when there is no such file. Throws `storage-failed` when it is there and cannot be read: who
 * took that for a missing file would make new keys in its place.
 */
export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw failed();
  }
}

/** Replaces a file whole: temporary file (mode 0600), sync, rename, sync of the folder. Throws `storage-failed`. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch {
    throw failed();
  }
}

/** Removes a file if it is there, durably. Throws `storage-failed`. */
export async function removeDurably(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw failed();
  }
  await syncFolder(dirname(path)).catch(() => {
    throw failed();
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function failed(): AnamnesisError<"storage-failed"> {
  return new AnamnesisError({
    code: "storage-failed",
    rule: "A node's key files can be read, written and synced.",
    fix: "Check the data folder: free space, rights, a read-only mount.",
  });
}

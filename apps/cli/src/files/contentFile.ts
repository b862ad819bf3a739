import { open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { ContentSink } from "@anamnesis/sdk/contentSink";
import { syncFolder } from "@anamnesis/storage/files/durableFile";
import { fileNotWritable } from "./durableFile.ts";

/**
 * A file of any size that gets its name when it is whole: until then it is `<path>.part`, of which a kill leaves at most that. Mode 0600. Throws
 * `file-not-writable`.
 */
export async function openContentFile(path: string): Promise<ContentSink> {
  const temporary = `${path}.part`;
  const file = await open(temporary, "w", 0o600).catch(() => {
    throw fileNotWritable();
  });
  const orNotWritable = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch {
      throw fileNotWritable();
    }
  };
  return {
    write: (bytes) => orNotWritable(() => file.appendFile(bytes)),
    commit: () =>
      orNotWritable(async () => {
        await file.sync();
        await file.close();
        await rename(temporary, path);
        await syncFolder(dirname(path));
      }),
    discard: () =>
      orNotWritable(async () => {
        await file.close();
        await unlink(temporary);
      }),
  };
}

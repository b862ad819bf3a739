import { AnamnesisError } from "@anamnesis/core/errors";
import * as durable from "@anamnesis/storage/files/durableFile";

/** Replaces a person's file whole and durably, mode 0600. Throws `file-not-writable`. */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await durable.writeDurably(path, bytes);
  } catch {
    throw fileNotWritable();
  }
}

export function fileNotWritable(): AnamnesisError<"file-not-writable"> {
  return new AnamnesisError({
    code: "file-not-writable",
    rule: "The file can be written.",
    fix: "Check the folder: free space, rights, a read-only mount.",
  });
}

/** `null` when there is no such file. Throws `file-not-readable`. */
export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await durable.readIfThere(path);
  } catch {
    throw notReadable();
  }
}

/** Throws `missing-file`, `file-not-readable`. */
export async function readRequired(path: string, what: string): Promise<Uint8Array> {
  const bytes = await readIfThere(path);
  if (bytes !== null) return bytes;
  throw missingFile(what);
}

/** @param what what the file is, in a word or two: a path can hold a person's name, so it is not repeated. */
export function missingFile(what: string): AnamnesisError<"missing-file"> {
  return new AnamnesisError({
    code: "missing-file",
    rule: `The ${what} exists and can be read.`,
    fix: "Check the path.",
  });
}

/** Throws `file-exists` rather than let a key file be replaced. */
export async function refuseToReplace(path: string): Promise<void> {
  if ((await readIfThere(path)) === null) return;
  throw new AnamnesisError({
    code: "file-exists",
    rule: "Keys are never written over others.",
    fix: "Give another file name; move the old file away only if nothing needs its keys any more.",
  });
}

function notReadable(): AnamnesisError<"file-not-readable"> {
  return new AnamnesisError({
    code: "file-not-readable",
    rule: "The file can be read.",
    fix: "Check that it is a file and that you may read it.",
  });
}

import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";

/** The POSIX name of an error such as `ENOSPC`; `unknown` when it has none. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "unknown";
}

export type MediumErrorCode = "storage-full" | "storage-read-only" | "storage-failed";

const MEDIUM_ERRORS: Record<MediumErrorCode, { rule: string; fix: string; errnos: readonly string[] }> = {
  "storage-full": {
    rule: "Storage needs free space and free inodes.",
    fix: "Free some space or enlarge the volume, then try again.",
    errnos: ["ENOSPC", "EDQUOT"],
  },
  "storage-read-only": {
    rule: "Storage must be writable for the account that runs the node.",
    fix: "Check owner, mode and mount options of the data folder.",
    errnos: ["EROFS", "EACCES", "EPERM"],
  },
  "storage-failed": {
    rule: "The storage medium must do what it is asked.",
    fix: "Look at the operating system's log for errors of the disk.",
    errnos: [],
  },
};

/** What a failed operation of the file system means. The cause stays out: its message has the paths of the machine. */
export function mediumError(error: unknown, operation: string): AnamnesisError<MediumErrorCode> {
  const errno = errnoOf(error);
  const code: MediumErrorCode = MEDIUM_ERRORS["storage-full"].errnos.includes(errno)
    ? "storage-full"
    : MEDIUM_ERRORS["storage-read-only"].errnos.includes(errno)
      ? "storage-read-only"
      : "storage-failed";
  const { rule, fix } = MEDIUM_ERRORS[code];
  return new AnamnesisError({ code, rule, fix, meta: { operation, errno } });
}

export function blobMismatch(cid: Cid): AnamnesisError<"blob-mismatch"> {
  return new AnamnesisError({
    code: "blob-mismatch",
    rule: "A blob's bytes hash to its CID.",
    fix: "Compute the CID from the bytes that you send.",
    meta: { cid },
  });
}

export function blobCorrupt(cid: Cid): AnamnesisError<"blob-corrupt"> {
  return new AnamnesisError({
    code: "blob-corrupt",
    rule: "A stored blob still hashes to its CID when it is read.",
    fix: "Put the blob again from another home or replica, and check the disk.",
    meta: { cid },
  });
}

/** Throws `bad-range` unless both are non-negative safe integers. */
export function checkByteRange(offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return;
  throw new AnamnesisError({
    code: "bad-range",
    rule: "A byte range is an offset and a length, whole and not negative.",
    fix: "Check the bounds before reading.",
  });
}

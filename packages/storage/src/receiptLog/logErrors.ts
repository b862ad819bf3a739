import { AnamnesisError, type ErrorMeta } from "@anamnesis/core/errors";

export type LogErrorCode =
  "log-corrupt" | "log-mismatch" | "log-failed" | "log-locked" | "log-range" | "log-entry" | "log-closed";

const PARTS: Record<LogErrorCode, { rule: string; fix: string }> = {
  "log-corrupt": {
    rule: "A receipt log that lost or changed an acknowledged entry does not go on.",
    fix: "Keep the file as evidence, check the disk, and restore the whole log from a copy that has all entries.",
  },
  "log-mismatch": {
    rule: "A receipt log belongs to one custodian.",
    fix: "Check that the data folder is this custodian's own.",
  },
  "log-failed": {
    rule: "After a failed write a receipt log takes no entry until it is opened anew.",
    fix: "Free space or mend the disk, then restart the node.",
  },
  "log-locked": {
    rule: "One process at a time has a receipt log open.",
    fix: "Stop the other process, or give this one a data folder of its own.",
  },
  "log-range": {
    rule: "Indexes and sizes are those of entries that the receipt log has.",
    fix: "Ask for an index below the size and for a size up to the head's.",
  },
  "log-entry": {
    rule: "A receipt has a commitment and a tag of 32 bytes each and at most 256 KiB of sealed bytes.",
    fix: "Split the request, so that its receipt is smaller.",
  },
  "log-closed": {
    rule: "A receipt log that was closed takes and gives nothing.",
    fix: "Open it again.",
  },
};

export function logError<Code extends LogErrorCode>(code: Code, meta?: ErrorMeta): AnamnesisError<Code> {
  return new AnamnesisError({ code, ...PARTS[code], meta });
}

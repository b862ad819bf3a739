import { AnamnesisError } from "@anamnesis/core/errors";

/** A figure counts only when the work behind it was done right. */
export function benchFailed(): AnamnesisError<"bench-failed"> {
  return new AnamnesisError({
    code: "bench-failed",
    rule: "What is measured does what it is for: every record opens, once, to the bytes that were imported, and not after a revocation.",
    fix: "Report this as a defect with the command.",
  });
}

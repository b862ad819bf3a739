import { AnamnesisError } from "@anamnesis/core/errors";

/** What was answered is not withdrawn, what was withdrawn is not answered, and the first answer stays. */
export function correctionClosed(): AnamnesisError<"correction-closed"> {
  return new AnamnesisError({
    code: "correction-closed",
    rule: "A correction is answered once, or withdrawn.",
    fix: "List the corrections again: this one waits no longer.",
  });
}

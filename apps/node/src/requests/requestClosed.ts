import { AnamnesisError } from "@anamnesis/core/errors";

/** What was answered is not withdrawn, what was withdrawn is not answered, and the first answer stays. */
export function requestClosed(): AnamnesisError<"request-closed"> {
  return new AnamnesisError({
    code: "request-closed",
    rule: "A request for access is answered once, or withdrawn.",
    fix: "List the requests again: this one waits no longer.",
  });
}

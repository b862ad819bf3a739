import { AnamnesisError } from "@anamnesis/core/errors";

export function noSuchLogin(): AnamnesisError<"not-found"> {
  return new AnamnesisError({
    code: "not-found",
    rule: "A login is under way, nobody answered it, and its client is registered for the purpose.",
    fix: "Begin again at the program, and sign the challenge of the new page.",
  });
}

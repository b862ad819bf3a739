import { AnamnesisError } from "@anamnesis/core/errors";

/** What a node would refuse with this code. */
export function problem(code: string): AnamnesisError {
  return new AnamnesisError({ code, rule: "Refused.", fix: "See the code." });
}

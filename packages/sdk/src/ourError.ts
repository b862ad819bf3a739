import { AnamnesisError } from "@anamnesis/core/errors";

/** An error of this project. Anything else is a defect, not an answer, and is thrown on. */
export function ourError(error: unknown): AnamnesisError {
  if (error instanceof AnamnesisError) return error as AnamnesisError;
  throw error;
}

export function codeOf(error: unknown): string {
  return ourError(error).code;
}

import { AnamnesisError } from "@anamnesis/core/errors";

/** The code with which a promise rejects; a text that is no code when it resolves or rejects with anything else. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof AnamnesisError ? (error as AnamnesisError).code : "not an error of ours";
  }
  return "no error";
}

import { AnamnesisError } from "@anamnesis/core/errors";
import { mediumError } from "./storageErrors.ts";

/** Runs `action` and turns the operating system's errors into ours; our own pass as they are. */
export async function onMedium<T>(operation: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof AnamnesisError ? error : mediumError(error, operation);
  }
}

import { refreshVault } from "./vaultStore.ts";

/** Of all tabs of this browser at this address. */
const LOCK = "anamnesis-keys";

/**
 * Runs what changes the patient's keys one after the other in all tabs, each with the keys that the one before it left: so none is lost. What fails
 * holds up nothing behind it. Another device may still save between: `vault-conflict`.
 */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(LOCK, async () => {
    await refreshVault();
    return work();
  });
}

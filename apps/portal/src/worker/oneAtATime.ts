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

/** Whether something changes the keys now, in this tab or another one. It may be waiting for a wallet, and so for ever. */
export async function isBusy(): Promise<boolean> {
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => lock === null);
}

/**
 * As `oneAtATime`; `null`, with nothing done, when what is before it takes longer.
 *
 * @param patience milliseconds.
 */
export async function oneSoon<T>(
  work: () => Promise<T>,
  patience: number,
): Promise<{ readonly done: T } | null> {
  const signal = AbortSignal.timeout(patience);
  let begun = false;
  try {
    return await navigator.locks.request(LOCK, { signal }, async () => {
      begun = true;
      await refreshVault();
      return { done: await work() };
    });
  } catch (error) {
    if (!begun && signal.aborted) return null;
    throw error;
  }
}

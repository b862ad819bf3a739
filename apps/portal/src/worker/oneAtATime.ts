import { refreshVault } from "./vaultStore.ts";

let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs what changes the patient's keys one after the other, each with the keys that the one before it left, in this tab or another: so none is lost. What fails
 * holds up nothing behind it.
 */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const run = async (): Promise<T> => {
    await refreshVault();
    return work();
  };
  const result = turn.then(run, run);
  turn = result.catch(() => undefined);
  return result;
}

import type { Runtime } from "./runtime.ts";

/**
 * What `work` came to, if it did within that many milliseconds; `null`: it goes on, and nobody hears what it comes to. Throws what `work` throws. No timer is left behind.
 */
export async function within<T>(
  { sleep }: Pick<Runtime, "sleep">,
  work: Promise<T>,
  milliseconds: number,
): Promise<{ readonly done: T } | null> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      work.then((done) => ({ done })),
      sleep(milliseconds, ended.signal).then(() => null),
    ]);
  } finally {
    ended.abort();
  }
}

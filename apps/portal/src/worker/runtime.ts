import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Runtime } from "@anamnesis/sdk/runtime";

/** The browser's own network, clock and generator. */
export const browserRuntime: Runtime = {
  // Signed requests are their own proof: no cookie goes along, not to one's own node either.
  fetch: async (url, init) =>
    fetch(url, {
      ...init,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    }),
  now: () => Math.floor(Date.now() / 1000) as UnixSeconds,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  sleep: async (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Runtime } from "@anamnesis/sdk/runtime";

/** The machine's own network, clock and generator. */
export const systemRuntime: Runtime = {
  fetch: globalThis.fetch,
  now: () => Math.floor(Date.now() / 1000) as UnixSeconds,
  // A copy: a Buffer may share its memory with others.
  random: (length) => Uint8Array.from(randomBytes(length)),
  sleep: async (milliseconds, signal) => {
    // A timer that nobody waits for would hold the command up.
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

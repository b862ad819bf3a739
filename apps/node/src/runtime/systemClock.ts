import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Clock } from "@anamnesis/core/ports/runtime";

/** The machine's wall clock. */
export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) as UnixSeconds };

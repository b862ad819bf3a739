import type { ConsentId, UnixSeconds } from "@anamnesis/core/ids";
import { isRevoked } from "../access/requesterState.ts";
import type { NodeContext } from "../context.ts";

/** Longest wait in seconds. */
const LONGEST_WAIT = 30;
/** Milliseconds between two looks while somebody waits. */
const LOOK_EVERY = 100;

export interface ConsentStateAnswer {
  readonly consent: ConsentId;
  readonly status: "none" | "registered" | "revoked";
  readonly since: UnixSeconds | null;
}

/** The state on this node's copy of the ledger; with `wait` it waits for that many seconds while it is `none`. */
export async function consentState(
  context: NodeContext,
  consent: ConsentId,
  wait: number,
): Promise<ConsentStateAnswer> {
  // Of a clock that nobody sets: with the wall clock set back, an answer would be held for as long.
  const until = context.timers.now() + Math.min(Math.max(0, wait), LONGEST_WAIT) * 1000;
  for (;;) {
    const { status, since } = await context.copy.consent(consent);
    const revoked = await isRevoked(context, [consent]);
    if (revoked || status !== "none" || context.timers.now() >= until) {
      return { consent, status: revoked ? "revoked" : status, since };
    }
    context.wake("indexer");
    await context.timers.sleep(LOOK_EVERY);
  }
}

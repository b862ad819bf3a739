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
  const until = context.clock.now() + Math.min(Math.max(0, wait), LONGEST_WAIT);
  for (;;) {
    const { status, since } = await context.copy.consent(consent);
    const revoked = await isRevoked(context, consent);
    if (revoked || status !== "none" || context.clock.now() >= until) {
      return { consent, status: revoked ? "revoked" : status, since };
    }
    context.wake("indexer");
    await context.timers.sleep(LOOK_EVERY);
  }
}

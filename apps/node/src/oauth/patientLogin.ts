import type { Hex } from "@anamnesis/core/ids";
import type { ProvenSegment } from "../access/provenSegment.ts";
import { consentStateOf } from "../access/requesterState.ts";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";

/** What a patient proved at a login; nodes know patients by nothing else. */
export interface PatientLogin {
  /** Ed25519 key that signed the request, the segment's request key: what is sent under the login counts as this sender's. */
  readonly sender: Hex;
  readonly segments: readonly ProvenSegment[];
}

type Context = Pick<NodeContext, "clock" | "copy" | "db" | "settings">;

/**
 * True while whoever signed, or let the signer read, owns all of these segments: whom the ledger named last, else with whom the segment began; and while what lets the signer read is
 * registered, not revoked, and in its time. No card is asked for, so that a segment that this node never heard of is like one about which it has nothing.
 *
 * Throws `custody-not-ready` while the copy of the ledger is not complete or not fresh: it could miss that a device was stolen.
 */
export async function isOwnedStill(
  { clock, copy, db, settings }: Context,
  segments: readonly ProvenSegment[],
): Promise<boolean> {
  const head = copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const now = clock.now();
  if (now - confirmedBefore(head.confirmedAt, now) > settings.staleAfter) throw custodyNotReady("ledger");
  const rotations = await copy.rotations(segments.map(({ segment }) => segment));
  if (segments.some(({ segment, first, owner }) => (rotations.get(segment)?.owner ?? first) !== owner)) {
    return false;
  }
  for (const { delegation } of segments) {
    if (delegation === undefined) continue;
    const { id, notBefore, notAfter } = delegation;
    const isInTime = Math.min(head.time, now) >= notBefore && Math.max(head.time, now) <= notAfter;
    if (!isInTime || (await consentStateOf({ copy, db }, id)) !== "registered") return false;
  }
  return true;
}

/** Scopes of a login are all a patient's or none is. */
export function isPatientScope(scope: string): boolean {
  return scope.startsWith("patient/");
}

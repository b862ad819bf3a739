import type { Address, Hex, SegmentId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import type { NodeContext } from "../context.ts";
import { custodyNotReady } from "../runtime/refuse.ts";

/** A segment whose owner signed a login. */
export interface ProvenSegment {
  readonly segment: SegmentId;
  readonly kind: SegmentKind;
  /** With whom it began, as its opening proved. */
  readonly first: Address;
  /** Who signed. */
  readonly owner: Address;
}

/** What a patient proved at a login; nodes know patients by nothing else. */
export interface PatientLogin {
  /** Ed25519 key that signed the request, the segment's request key: what is sent under the login counts as this sender's. */
  readonly sender: Hex;
  readonly segments: readonly ProvenSegment[];
}

type Context = Pick<NodeContext, "clock" | "copy" | "settings">;

/**
 * True while whoever signed owns all of these segments: whom the ledger named last, else with whom the segment began. No card is asked for, so that a
 * segment that this node never heard of is like one about which it has nothing.
 *
 * Throws `custody-not-ready` while the copy of the ledger is not complete or not fresh: it could miss that a device was stolen.
 */
export async function isOwnedStill(
  { clock, copy, settings }: Context,
  segments: readonly ProvenSegment[],
): Promise<boolean> {
  const head = copy.head();
  if (head === null) throw custodyNotReady("ledger");
  const now = clock.now();
  if (now - confirmedBefore(head.confirmedAt, now) > settings.staleAfter) throw custodyNotReady("ledger");
  const rotations = await copy.rotations(segments.map(({ segment }) => segment));
  return segments.every(({ segment, first, owner }) => (rotations.get(segment)?.owner ?? first) === owner);
}

/** Scopes of a login are all a patient's or none is. */
export function isPatientScope(scope: string): boolean {
  return scope.startsWith("patient/");
}

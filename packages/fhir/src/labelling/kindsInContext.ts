import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { strictest } from "./sensitivity.ts";

/** A resource as its context looks at it. */
export interface InContext {
  /** Its own, from its labels and codes. */
  readonly kind: SegmentKind;
  /** Ids of the Encounters to which it belongs, from `encountersOf`. */
  readonly encounters: readonly string[];
}

/** They say who asserted something and what the patient chose to show, and nothing of a matter that others would give away. */
const ALONE: ReadonlySet<SegmentKind> = new Set<SegmentKind>(["personal", "emergency", "general"]);

/**
 * The kind of each of some resources among the others, in their order: the strictest one of its own and of those of every resource that belongs to one of its Encounters.
 * Own kinds count and no others: what an invoice takes over from one Encounter it does not hand on to the next.
 */
export function kindsInContext(resources: readonly InContext[]): readonly SegmentKind[] {
  const kinds = new Map<string, Set<SegmentKind>>();
  for (const { kind, encounters } of resources) {
    if (ALONE.has(kind)) continue;
    for (const encounter of encounters) kinds.set(encounter, (kinds.get(encounter) ?? new Set()).add(kind));
  }
  return resources.map(({ kind, encounters }) =>
    strictest([kind, ...encounters.flatMap((encounter) => [...(kinds.get(encounter) ?? [])])]),
  );
}

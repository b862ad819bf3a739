import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { type DataKind, segmentsOf } from "../meaning/areas.ts";
import type { SensitiveKind } from "../meaning/entry.ts";
import type { SharedPart } from "../worker/protocol.ts";

/** A chart without a name helps nobody, and two charts without names are a danger: who it is goes along with anything. */
const WHO = "Patient";

/** The segments and types of what a person chose. Of the general records everything, or the chosen kinds with the patient's name. */
export function partsOf(
  kinds: ReadonlySet<DataKind>,
  everything: boolean,
  sensitive: ReadonlySet<SensitiveKind>,
): readonly SharedPart[] {
  const found = new Map<SegmentKind, readonly string[]>(segmentsOf([...kinds], [...sensitive]));
  const general = found.get("general") ?? [];
  if (everything) found.set("general", ["*"]);
  else if (found.size > 0) found.set("general", [...new Set([WHO, ...general])].toSorted());
  return [...found].map(([kind, resourceTypes]) => ({ kind, resourceTypes }));
}

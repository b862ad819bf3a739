import type { RecordLimits } from "@anamnesis/core/consent/decide";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { OwnRule } from "@anamnesis/fhir-server/access/access";

/**
 * What of a consent's limits the organisation's own policy leaves to a role: a consent that somebody of the organisation, or all of it, holds opens to nobody there what the policy would not
 * let them read if it were the organisation's own.
 *
 * @param kind of the segment that the limits are about.
 */
export function underRules(
  limits: RecordLimits,
  kind: SegmentKind,
  rules: readonly OwnRule[],
): readonly RecordLimits[] {
  return rules.flatMap(({ types, kinds }) => {
    if (kinds !== "*" && !kinds.includes(kind)) return [];
    if (types === "*") return [limits];
    const { resourceTypes } = limits;
    const left = resourceTypes.includes("*") ? types : types.filter((type) => resourceTypes.includes(type));
    return left.length === 0 ? [] : [{ ...limits, resourceTypes: left }];
  });
}

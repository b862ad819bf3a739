import { DATA_AREAS, DATA_KINDS, type DataKind } from "../meaning/areas.ts";
import type { SharedPart } from "../worker/protocol.ts";

/** The choices that come nearest to what was asked for, and never go beyond it: a kind is chosen when all of its types were asked for. */
export function areasOfTypes(parts: readonly SharedPart[]): {
  readonly areas: ReadonlySet<DataKind>;
  readonly everything: boolean;
} {
  const typesOf = new Map(parts.map(({ kind, resourceTypes }) => [kind, new Set(resourceTypes)]));
  const areas = DATA_KINDS.filter((area) => {
    const { segment, resourceTypes } = DATA_AREAS[area];
    const asked = typesOf.get(segment);
    return asked !== undefined && (asked.has("*") || resourceTypes.every((type) => asked.has(type)));
  });
  return { areas: new Set(areas), everything: typesOf.get("general")?.has("*") === true };
}

import data from "../../definitions/valueSets.json" with { type: "json" };

/** Codes by system. */
export type CodeList = ReadonlyMap<string, ReadonlySet<string>>;

const VALUE_SETS = data.valueSets as unknown as Readonly<
  Record<string, readonly (readonly [string, readonly string[] | null])[]>
>;
const CODE_SYSTEMS = data.codeSystems as Readonly<Record<string, readonly string[]>>;

const lists = new Map<string, CodeList>();

/** A canonical URL without its version. */
export const withoutVersion = (canonical: string): string => canonical.replace(/\|.*$/s, "");

/**
 * The codes of one of R4's value sets that elements are bound to as `required`; null for others, and for those that cannot be
 * written out (currencies, media types, units).
 */
export function codesOfValueSet(canonical: string): CodeList | null {
  const url = withoutVersion(canonical);
  const known = lists.get(url);
  if (known !== undefined) return known;
  const parts = Object.hasOwn(VALUE_SETS, url) ? VALUE_SETS[url] : undefined;
  if (parts === undefined) return null;
  const list = new Map<string, Set<string>>();
  for (const [system, codes] of parts) {
    const of = list.get(system) ?? new Set();
    for (const code of codes ?? CODE_SYSTEMS[system] ?? []) of.add(code);
    list.set(system, of);
  }
  lists.set(url, list);
  return list;
}

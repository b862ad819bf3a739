import { type CodeSystem, subsumed } from "./codeSystem.ts";
import type { CodeList, Terminology } from "./terminology.ts";

/** Codes of a system that stand in a relation to one of its codes (FHIR R4, valueset-filter-operator). */
type Filter = readonly [op: string, code: string];

/** What a value set takes or leaves out: all of a system, or what meets all that is said. */
export type ValueSetPart =
  | string
  | {
      readonly system?: string;
      readonly codes?: readonly string[];
      readonly filter?: readonly Filter[];
      readonly valueSets?: readonly string[];
    };

export interface ValueSet {
  readonly include: readonly ValueSetPart[];
  readonly exclude?: readonly ValueSetPart[];
}

/** The codes of a value set (FHIR R4, valueset.html#compositions); `null` where what is held does not say all of them. */
export function expand({ include, exclude = [] }: ValueSet, held: Terminology): CodeList | null {
  const list = new Map<string, Set<string>>();
  for (const part of include) {
    const codes = codesOfPart(part, held);
    if (codes === null) return null;
    for (const [system, more] of codes) list.set(system, new Set([...(list.get(system) ?? []), ...more]));
  }
  for (const part of exclude) {
    const codes = codesOfPart(part, held);
    if (codes === null) return null;
    for (const [system, less] of codes) for (const code of less) list.get(system)?.delete(code);
  }
  return list;
}

function codesOfPart(part: ValueSetPart, held: Terminology): CodeList | null {
  const { system, codes, filter, valueSets = [] } = typeof part === "string" ? { system: part } : part;
  const others = valueSets.map((url) => held.codesOf(url));
  const own = system === undefined ? null : codesOfSystem(held.codeSystem(system), codes, filter ?? []);
  if (others.includes(null) || (system !== undefined && own === null)) return null;
  const [first, ...rest] = [
    ...(system === undefined || own === null ? [] : [new Map([[system, own]])]),
    ...(others as readonly CodeList[]),
  ];
  if (first === undefined) return null;
  return new Map(
    [...first].map(([of, some]) => [
      of,
      new Set([...some].filter((code) => rest.every((list) => list.get(of)?.has(code) === true))),
    ]),
  );
}

function codesOfSystem(
  system: CodeSystem | null,
  codes: readonly string[] | undefined,
  filters: readonly Filter[],
): ReadonlySet<string> | null {
  if (codes !== undefined && filters.length === 0) return new Set(codes);
  if (system === null) return null;
  if (filters.length > 0 && !system.subsumes) return null;
  let left: ReadonlySet<string> = codes === undefined ? system.codes : new Set(codes);
  for (const [op, code] of filters) {
    const under = subsumed(system, code, "below");
    const keeps = RELATIONS[op];
    if (keeps === undefined) return null;
    left = new Set([...left].filter((one) => keeps(one, code, under)));
  }
  return left;
}

const RELATIONS: Readonly<
  Record<string, (one: string, code: string, under: ReadonlySet<string>) => boolean>
> = {
  "is-a": (one, _code, under) => under.has(one),
  "descendent-of": (one, code, under) => one !== code && under.has(one),
  "is-not-a": (one, _code, under) => !under.has(one),
};

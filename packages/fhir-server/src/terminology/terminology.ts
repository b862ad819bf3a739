import data from "../../definitions/terminology.json" with { type: "json" };
import { type CodeSystem, codeSystemOf, type CodeTree } from "./codeSystem.ts";
import { expand, type ValueSet } from "./valueSet.ts";

/** Codes by system. */
export type CodeList = ReadonlyMap<string, ReadonlySet<string>>;

/** Code systems and value sets by their URL, without a version. */
export interface Terminology {
  /** `null` where not all of its codes are held. */
  codeSystem(url: string): CodeSystem | null;
  /** Codes of a value set; `null` where it is not known, or cannot be written out. */
  codesOf(url: string): CodeList | null;
}

/** A canonical URL without its version. */
export const withoutVersion = (canonical: string): string => canonical.replace(/\|.*$/s, "");

const CODE_SYSTEMS = new Map(
  Object.entries(data.codeSystems as unknown as Readonly<Record<string, readonly CodeTree[]>>),
);
const VALUE_SETS = new Map(Object.entries(data.valueSets as unknown as Readonly<Record<string, ValueSet>>));

const systems = new Map<string, CodeSystem>();
const lists = new Map<string, CodeList | null>();

/** What R4's own definitions have: the code systems that are there as a whole, and the value sets that can be written out by them. */
export const R4_TERMINOLOGY: Terminology = {
  codeSystem(url) {
    const known = systems.get(url);
    if (known !== undefined) return known;
    const trees = CODE_SYSTEMS.get(url);
    if (trees === undefined) return null;
    const made = codeSystemOf(trees);
    systems.set(url, made);
    return made;
  },
  codesOf(canonical) {
    const url = withoutVersion(canonical);
    const known = lists.get(url);
    if (known !== undefined) return known;
    const valueSet = VALUE_SETS.get(url);
    if (valueSet === undefined) return null;
    // The generator leaves out those that contain themselves.
    const list = expand(valueSet, R4_TERMINOLOGY);
    lists.set(url, list);
    return list;
  },
};

/** URLs of all code systems, and of all value sets, that R4's definitions give, in the alphabet's order. */
export const R4_CODE_SYSTEMS: readonly string[] = [...CODE_SYSTEMS.keys()];
export const R4_VALUE_SETS: readonly string[] = [...VALUE_SETS.keys()];

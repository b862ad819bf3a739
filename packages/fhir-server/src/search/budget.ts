import type { CodeList } from "../terminology/terminology.ts";
import { notSupported } from "./searchError.ts";

/** Codes of value sets and of hierarchies for which a search may ask: each takes a place in the statement, once for each type to which a chain leads. */
export const MOST_CODES = 20_000;

/** What the criteria of one search ask for together, so that many small ones are no more than a large one. */
export class SearchBudget {
  #codes = 0;
  readonly #arrays = new WeakMap<ReadonlySet<string>, readonly string[]>();

  /** Counts the codes, before anybody copies them. Throws `fhir-not-supported` when the search has more than it may. */
  takeCodes(name: string, codes: CodeList): void {
    for (const of of codes.values()) this.#codes += of.size;
    if (this.#codes > MOST_CODES) throw notSupported(name, `more than ${MOST_CODES} codes in a search`);
  }

  /** The codes as an array, which all criteria of the search share. */
  arrayOf(codes: ReadonlySet<string>): readonly string[] {
    const known = this.#arrays.get(codes);
    if (known !== undefined) return known;
    const made = [...codes];
    this.#arrays.set(codes, made);
    return made;
  }
}

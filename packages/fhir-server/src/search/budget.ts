import type { CodeList } from "../terminology/terminology.ts";
import { notSupported } from "./searchError.ts";
import { parseTextQuery, type TextQuery } from "./textQuery.ts";

/** Codes of value sets and of hierarchies for which a search may ask: each takes a place in the statement, once for each type to which a chain leads. */
export const MOST_CODES = 20_000;

/** Words of `_text` and `_content` in a search: each is a look at an index, and PostgreSQL takes 1 MiB of them at once. */
const MOST_WORDS = 64;

/** What the criteria of one search ask for together, so that many small ones are no more than a large one. */
export class SearchBudget {
  #codes = 0;
  #words = 0;
  #texts = new Map<string, TextQuery>();
  readonly #arrays = new WeakMap<ReadonlySet<string>, readonly string[]>();

  /** Counts the codes, before anybody copies them. Throws `fhir-not-supported` when the search has more than it may. */
  takeCodes(name: string, codes: CodeList): void {
    for (const of of codes.values()) this.#codes += of.size;
    if (this.#codes > MOST_CODES) throw notSupported(name, `more than ${MOST_CODES} codes in a search`);
  }

  /** Another criterion begins. */
  begin(): void {
    this.#texts = new Map();
  }

  /** The query of a text, read once for a criterion, whatever the types to which it leads. Throws what `parseTextQuery` does, and `fhir-not-supported` when the search has more words than it may. */
  textQuery(name: string, text: string): TextQuery {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const read = parseTextQuery(name, text, (count) => {
      this.#words += count;
      if (this.#words > MOST_WORDS) throw notSupported(name, `more than ${MOST_WORDS} words in a search`);
    });
    this.#texts.set(text, read);
    return read;
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

import { wordsOf } from "../index/words.ts";
import { badValue, notSupported } from "./searchError.ts";

/** What words a text has to have. */
export type TextQuery =
  | { readonly word: string; readonly isBeginning: boolean }
  | { readonly all: readonly TextQuery[] }
  | { readonly any: readonly TextQuery[] };

/** Brackets in brackets. */
const DEEPEST = 16;
/** Characters before a star: with fewer the beginning of each word would be looked through. */
const LEAST_BEGINNING = 2;

const TOKEN = /[()"]|[^()"\s]+/gu;

/**
 * Reads `(bone OR liver) and metastas*` (FHIR R4, search.html#text): words that all have to be there, `or` between those of which one is enough, brackets, and a star behind two characters or more. Case and accents
 * do not count. Throws `fhir-bad-value`, `fhir-not-supported` for phrases and `not`, and what `takeWords` does.
 *
 * @param takeWords is told how many words come, before they are taken up.
 */
export function parseTextQuery(name: string, text: string, takeWords: (count: number) => void): TextQuery {
  const tokens = text.match(TOKEN) ?? [];
  let at = 0;
  const refuse = (): Error =>
    badValue(
      name,
      "words, with and, or and brackets between them, and a star behind two characters at least",
    );
  const isNext = (word: string): boolean => tokens[at]?.toLowerCase() === word;

  const either = (depth: number): TextQuery => {
    const any = [both(depth)];
    while (isNext("or")) {
      at++;
      any.push(both(depth));
    }
    return any.length === 1 ? (any[0] as TextQuery) : { any };
  };
  const both = (depth: number): TextQuery => {
    const all = one(depth);
    while (at < tokens.length && !isNext(")") && !isNext("or")) {
      if (isNext("and")) at++;
      all.push(...one(depth));
    }
    return all.length === 1 ? (all[0] as TextQuery) : { all };
  };
  const one = (depth: number): TextQuery[] => {
    const token = tokens[at++];
    if (token === undefined || token === ")" || depth > DEEPEST) throw refuse();
    if (token === '"') throw notSupported(name, "phrases");
    if (token === "(") {
      const inner = either(depth + 1);
      if (tokens[at++] !== ")") throw refuse();
      return [inner];
    }
    if (token.toLowerCase() === "not") throw notSupported(name, "words that may not be there");
    if (token.toLowerCase() === "and" || token.toLowerCase() === "or") throw refuse();
    const found = wordsOf(token);
    takeWords(found.length);
    const isBeginning = token.endsWith("*");
    const least = isBeginning ? LEAST_BEGINNING : 1;
    if (found.join("").length < least) throw refuse();
    return found.map((word, i) => ({ word, isBeginning: isBeginning && i === found.length - 1 }));
  };

  const query = either(0);
  if (at < tokens.length) throw refuse();
  return query;
}

/** As PostgreSQL's `tsquery`: words of letters and digits alone, so that nothing in them has a meaning of its own. */
export function tsqueryOf(query: TextQuery, weight: "A" | ""): string {
  if ("word" in query) return `'${query.word}':${query.isBeginning ? "*" : ""}${weight}`;
  const [parts, between] = "all" in query ? [query.all, " & "] : [query.any, " | "];
  return `(${parts.map((part) => tsqueryOf(part, weight)).join(between)})`;
}

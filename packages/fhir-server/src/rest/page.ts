import { readCursor } from "../search/cursor.ts";
import { SEARCH_LIMITS } from "../search/parseSearch.ts";
import { badValue } from "../search/searchError.ts";
import type { FhirRequest } from "./exchange.ts";

/** What a query says of its page. */
export interface Page {
  readonly count: number;
  /** What ends the page before; `null`: the first page. */
  readonly cursor: readonly (string | number)[] | null;
}

/**
 * `_count`, at most 1,000, and `_cursor` of what is no search. The last one of several counts. Throws `fhir-bad-value`.
 * @param count without `_count`.
 * @param parts types of a cursor's parts, in their order.
 */
export function pageOf(
  query: FhirRequest["query"],
  count: number,
  parts: readonly ("string" | "number")[],
): Page {
  let page: Page = { count, cursor: null };
  for (const [name, value] of query) {
    if (name === "_count") {
      if (!/^[1-9]\d{0,8}$/.test(value)) throw badValue(name, "a whole number from 1 on");
      page = { ...page, count: Math.min(Number(value), SEARCH_LIMITS.mostCount) };
    } else if (name === "_cursor") {
      const cursor = readCursor(value);
      if (cursor.length !== parts.length || !cursor.every((part, i) => typeof part === parts[i]))
        throw badValue(name, "it is taken from a page's link as it is");
      page = { ...page, cursor };
    }
  }
  return page;
}

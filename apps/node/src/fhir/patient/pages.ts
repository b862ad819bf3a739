import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import type { FhirRequest } from "@anamnesis/fhir-server/rest/exchange";

const LEAST = 20;
const MOST = 100;

/**
 * The parameters of a search, each at most once. One that is not named is an error: a patient is not to believe that it narrowed anything. Throws `fhir-unknown-parameter`, `fhir-bad-value`.
 */
export function parametersOf(
  { query }: Pick<FhirRequest, "query">,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const known = [...names, "_count", "_cursor"];
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    if (!known.includes(name)) {
      throw fhirError(
        "fhir-unknown-parameter",
        `A patient's search has the parameters ${known.join(", ")}.`,
        "Leave the others out.",
      );
    }
    if (found.has(name)) throw badValue("A parameter stands once.");
    found.set(name, value);
  }
  return found;
}

/** Entries of a page. */
export function countOf(parameters: ReadonlyMap<string, string>): number {
  const text = parameters.get("_count");
  if (text === undefined) return LEAST;
  if (!/^\d{1,6}$/.test(text)) throw badValue("`_count` is a number.");
  return Math.min(Math.max(1, Number(text)), MOST);
}

export function badValue(rule: string): ReturnType<typeof fhirError<"fhir-bad-value">> {
  return fhirError("fhir-bad-value", rule, "Correct it; a cursor is taken from a page's `next` as it is.");
}

/** Links of a page. @param next cursor of the next one; `null` at the end. */
export function pageLinks(
  base: string,
  type: string,
  query: FhirRequest["query"],
  next: string | null,
): readonly { readonly relation: string; readonly url: string }[] {
  const urlOf = (pairs: FhirRequest["query"]): string => {
    const text = new URLSearchParams(
      pairs.map(([name, value]): [string, string] => [name, value]),
    ).toString();
    return `${base}/${type}${text === "" ? "" : `?${text}`}`;
  };
  const others = query.filter(([name]) => name !== "_cursor");
  return [
    { relation: "self", url: urlOf(query) },
    ...(next === null ? [] : [{ relation: "next", url: urlOf([...others, ["_cursor", next]]) }]),
  ];
}

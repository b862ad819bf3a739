import { describe, expect, it } from "vitest";
import { searchParameter, type SearchParameter } from "../definitions/searchParameters.ts";
import { indexedText, MOST_INDEXED } from "../store/indexedText.ts";
import { R4_TERMINOLOGY } from "../terminology/terminology.ts";
import { MOST_CODES, SearchBudget } from "./budget.ts";
import { parseSearch, SEARCH_LIMITS } from "./parseSearch.ts";
import { parseValue } from "./values.ts";
import type { Filter, SearchRequest } from "./request.ts";

function parse(url: string): SearchRequest {
  const [type = "", query = ""] = url.split(/\?(.*)/s);
  return parseSearch(type, [...new URLSearchParams(query)], {
    base: "https://node.test/fhir/",
    terminology: R4_TERMINOLOGY,
    strict: false,
    limits: SEARCH_LIMITS,
  });
}

/** Codes that the statement binds. */
function codesIn(filters: readonly Filter[]): number {
  return filters
    .flatMap((filter): number[] => {
      if (filter.type === "chain") return [codesIn([...filter.filters.values()])];
      if (filter.type !== "value") return [];
      return filter.values.flatMap((value) =>
        value.type === "codes" ? value.codes.map(({ codes }) => codes.length) : [],
      );
    })
    .reduce((sum, count) => sum + count, 0);
}

/** 6,401 codes. */
const LARGE = "http://hl7.org/fhir/ValueSet/c80-doc-typecodes";
const SMALL = "http://hl7.org/fhir/ValueSet/administrative-gender";
const HIERARCHY = "http://terminology.hl7.org/CodeSystem/v3-RoleCode|_ServiceDeliveryLocationRoleType";
const refusal = expect.objectContaining({ code: "fhir-not-supported" }) as Error;

describe("codes of value sets and hierarchies", () => {
  it.each([
    [`List?_security:in=${LARGE}`, 6401],
    // The same value twice is one.
    [`List?_security:in=${Array(200).fill(LARGE).join(",")}`, 6401],
    [`List?item:Patient._security:in=${LARGE}&_security:not-in=${LARGE}`, 12802],
  ])("are taken up, each set once for a criterion", (url, codes) => {
    expect(codesIn(parse(url).filters)).toBe(codes);
  });

  it("are taken up for all types to which a chain leads", () => {
    const codes = codesIn(parse(`List?item._security:in=${SMALL}`).filters);
    expect(codes).toBeGreaterThan(500);
    expect(codes).toBeLessThanOrEqual(MOST_CODES);
  });

  it.each([
    [`List?item._security:in=${LARGE}`],
    [`List?${Array(4).fill(`_security:in=${LARGE}`).join("&")}`],
    [`List?_has:List:item:item._security:in=${LARGE}`],
    [`List?${Array(5).fill(`item._security:below=${HIERARCHY}`).join("&")}`],
  ])("are refused when they are too many together: %s", (url) => {
    expect(() => parse(url)).toThrow(refusal);
  });
});

describe("words", () => {
  const words = (count: number): string => Array(count).fill("bone").join(" ");

  it.each([
    `Condition?_content=${words(64)}`,
    `Condition?_content=${words(32)}&_text=${words(16)},${words(15)} liver`,
    // Once, whatever the types to which a chain leads.
    `List?item._content=${words(64)}`,
  ])("are taken up to 64", (url) => {
    expect(parse(url).filters.length).toBeGreaterThan(0);
  });

  it.each([
    `Condition?_content=${words(65)}`,
    `Condition?_content=${words(33)}&_content=${words(33)}`,
    `Condition?${Array(50).fill("_content=bone,liver").join("&")}`,
    `List?item._content=${words(32)},${words(33)}`,
  ])("of all criteria and values together are refused beyond", (url) => {
    expect(() => parse(url)).toThrow(refusal);
  });
});

describe("long criteria", () => {
  it("a URL's beginnings are taken as far as they are indexed, and no further", () => {
    const url = `http://a${"/b".repeat(3_000_000)}`;
    const context = {
      base: "https://node.test/fhir/",
      terminology: R4_TERMINOLOGY,
      budget: new SearchBudget(),
    };
    const parameter = searchParameter("CodeSystem", "url") as SearchParameter;
    const start = performance.now();
    const value = parseValue("CodeSystem", parameter, "above", url, context);
    // A look at each segment takes seconds.
    expect(performance.now() - start).toBeLessThan(1000);
    const uris = value.type === "uri" ? value.uris : [];
    // Up to each slash, with it and without it, and the URL itself, which begins like the last of them.
    expect(new Set(uris.map((uri) => indexedText(uri))).size).toBe(MOST_INDEXED - "http://a".length + 1);
  });

  it("are refused when they are longer together than anybody writes them", () => {
    const length = SEARCH_LIMITS.length - "_content".length - "_id".length;
    expect(parse(`CodeSystem?_content=${"a".repeat(length - 1)}&_id=a`).filters).toHaveLength(2);
    expect(() => parse(`CodeSystem?_content=${"a".repeat(length)}&_id=a`)).toThrow(refusal);
    expect(() => parse(`CodeSystem?bogus=${"a".repeat(SEARCH_LIMITS.length)}`)).toThrow(refusal);
  });
});

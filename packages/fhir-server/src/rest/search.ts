import { isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { requireScope } from "../access/scopes.ts";
import { isResourceType } from "../definitions/resourceTypes.ts";
import { summaryElements } from "../definitions/summaryElements.ts";
import { fhirError } from "../errors/fhirError.ts";
import { compilePage, compileTotal, type MatchRow } from "../search/compileSearch.ts";
import { writeCursor } from "../search/cursor.ts";
import { findIncluded } from "../search/findIncluded.ts";
import { parseSearch, SEARCH_LIMITS } from "../search/parseSearch.ts";
import type { SearchRequest } from "../search/request.ts";
import { withPackages } from "../validate/packages.ts";
import { jsonAnswer, preference } from "./answers.ts";
import { bundleText, type EntryText } from "./bundle.ts";
import type { Exchange, FhirAnswer, FhirRequest } from "./exchange.ts";
import { outcomeText } from "./outcome.ts";
import { queryText } from "./parseUrl.ts";
import { showCurrent } from "./show.ts";

type Query = FhirRequest["query"];

/**
 * `GET /Type?…`, `POST /Type/_search` and, with a compartment, `GET /Patient/1/Type?…` (FHIR R4, search.html). Throws what `parseSearch` does, and `fhir-no-such-route` for what is no type.
 */
export async function search(
  exchange: Exchange,
  request: Pick<FhirRequest, "headers">,
  type: string,
  query: Query,
  compartment: { readonly type: string; readonly id: string } | null = null,
): Promise<FhirAnswer> {
  const asked = parse(exchange, request, type, query, compartment);
  const { matches, more } = await findPage(exchange, asked);
  const total = asked.total ? await countAll(exchange, asked) : null;
  const included = await findIncluded(exchange.reader, exchange.access, asked, matches);
  const rows = [...matches, ...included];
  const texts = await showCurrent(exchange.reader, exchange.access, rows);
  const entries = rows.map((row, i): EntryText => ({
    fullUrl: `${exchange.base}/${row.type}/${row.id}`,
    resource: inForm(texts[i] ?? "", row.type, asked),
    search: i < matches.length ? "match" : "include",
  }));
  const path = compartment === null ? type : `${compartment.type}/${compartment.id}/${type}`;
  const links = [{ relation: "self", url: urlOf(exchange.base, path, asked.understood) }];
  const last = matches.at(-1);
  if (more && last !== undefined) {
    const cursor = writeCursor([...asked.sort.map((_, i) => last[`key${i}`] as string | number), last.id]);
    links.push({
      relation: "next",
      url: urlOf(exchange.base, path, [...asked.understood, ["_cursor", cursor]]),
    });
  }
  if (asked.unknown.length > 0)
    entries.push({ fullUrl: OUTCOME, resource: unknownOutcome(), search: "outcome" });
  return jsonAnswer(200, bundleText("searchset", { links, total, entries }));
}

/** Links of the one resource that a condition names; `null` for none. Throws `fhir-multiple`, and for a condition that says nothing `fhir-bad-value`. */
export async function findOne(
  exchange: Exchange,
  type: string,
  query: Query,
): Promise<{ readonly type: string; readonly id: string } | null> {
  const asked = parse(exchange, { headers: { prefer: "handling=strict" } }, type, query, null);
  if (asked.filters.length === 0) {
    throw fhirError("fhir-bad-value", "A condition has a criterion.", "Name what the resource is found by.");
  }
  const { matches } = await findPage(exchange, { ...asked, count: 1, cursor: null, sort: [] });
  const [first] = matches;
  if (first === undefined) return null;
  const { matches: two } = await findPage(exchange, { ...asked, count: 2, cursor: null, sort: [] });
  if (two.length > 1) {
    throw fhirError(
      "fhir-multiple",
      "A condition is met by one resource at most.",
      "Say more of what you mean.",
    );
  }
  return { type: first.type, id: first.id };
}

/** What is asked, of whoever may ask about the type: reading it is work too. */
function parse(
  { base, packages, access }: Exchange,
  request: Pick<FhirRequest, "headers">,
  type: string,
  query: Query,
  compartment: { readonly type: string; readonly id: string } | null,
): SearchRequest {
  if (!isResourceType(type)) {
    throw fhirError(
      "fhir-no-such-route",
      "A route names a type of FHIR R4.",
      "See /fhir/metadata for the types.",
    );
  }
  requireScope(access, "s", type);
  const strict = preference(request, "handling") === "strict";
  const context = { base: `${base}/`, terminology: withPackages(packages), strict, limits: SEARCH_LIMITS };
  return parseSearch(type, query, context, compartment);
}

async function findPage(
  { reader, access }: Exchange,
  asked: SearchRequest,
): Promise<{ readonly matches: readonly MatchRow[]; readonly more: boolean }> {
  if (asked.count === 0) return { matches: [], more: false };
  const { sql, values } = compilePage(asked, access);
  const rows = await reader.query<MatchRow>(sql, values);
  return { matches: rows.slice(0, asked.count), more: rows.length > asked.count };
}

async function countAll({ reader, access }: Exchange, asked: SearchRequest): Promise<number> {
  const { sql, values } = compileTotal(asked, access);
  const [row] = await reader.query<{ readonly total: number }>(sql, values);
  return row?.total ?? 0;
}

function urlOf(base: string, path: string, query: Query): string {
  const text = queryText(query);
  return text === "" ? `${base}/${path}` : `${base}/${path}?${text}`;
}

/** Each entry of a searchset has a name (FHIR R4, bundle.html, bdl-7); this one is nowhere else. */
const OUTCOME = "urn:uuid:2f3b4b0e-6a0f-4a53-9d0e-3b1c3a5f7d11";

function unknownOutcome(): string {
  return outcomeText([
    {
      severity: "warning",
      code: "not-supported",
      diagnostics: "The self link has the parameters that were understood; the others were left out.",
    },
  ]);
}

const SUBSETTED = { system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "SUBSETTED" };

/** `_summary` and `_elements`: some elements alone, marked as such (FHIR R4, search.html#summary). */
function inForm(text: string, type: string, { summary, elements }: SearchRequest): string {
  const keep = keptElements(type, summary, elements);
  if (keep === null) return text;
  const resource = parseJson(text) as JsonObject;
  const kept: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(resource)) if (keep(name)) kept[name] = value;
  const { meta } = resource;
  const given = isJsonObject(meta) ? meta : {};
  const security = Array.isArray(given["security"]) ? (given["security"] as JsonValue[]) : [];
  const tag = Array.isArray(given["tag"]) ? (given["tag"] as JsonValue[]) : [];
  kept["meta"] = { ...given, ...(security.length === 0 ? {} : { security }), tag: [...tag, SUBSETTED] };
  return writeJson(kept);
}

function keptElements(
  type: string,
  summary: SearchRequest["summary"],
  elements: readonly string[],
): ((name: string) => boolean) | null {
  // Most ask for whole resources: what a type has is not looked at for each of them.
  if ((summary === "false" || summary === "count") && elements.length === 0) return null;
  const always = new Set(["resourceType", "id", "meta"]);
  const mandatory = summaryElements(type);
  switch (summary) {
    case "true":
      return (name) => always.has(name) || mandatory.summary.has(elementOf(name));
    case "text":
      return (name) => always.has(name) || name === "text" || mandatory.required.has(elementOf(name));
    case "data":
      return (name) => name !== "text";
    default:
      return (name) =>
        always.has(name) || elements.includes(elementOf(name)) || mandatory.required.has(elementOf(name));
  }
}

/** `_status` holds the extensions of `status`. */
function elementOf(name: string): string {
  return name.startsWith("_") ? name.slice(1) : name;
}

import { compartmentParameters } from "../definitions/compartments.ts";
import { isResourceType } from "../definitions/resourceTypes.ts";
import {
  searchParameter,
  searchParametersOf,
  type SearchParameter,
} from "../definitions/searchParameters.ts";
import { SearchBudget } from "./budget.ts";
import { readCursor } from "./cursor.ts";
import type { Filter, Include, SearchRequest, SortKey } from "./request.ts";
import { badValue, notSupported, unknownParameter } from "./searchError.ts";
import { isSearchable, isText, LIST_PARAMETER } from "./searchable.ts";
import { alternatives, dateValue, type ParseContext, parseValue, type ValueContext } from "./values.ts";

export interface SearchLimits {
  /** Matches on a page where `_count` says nothing, and at most. */
  readonly count: number;
  readonly mostCount: number;
  /** Links of a chain, of `_has` too. */
  readonly links: number;
  /** Values between commas, and criteria in all. */
  readonly values: number;
  readonly filters: number;
  /** Keys of an order: each is another look for every match. */
  readonly sort: number;
  /** UTF-16 units of all names and values. */
  readonly length: number;
}

export const SEARCH_LIMITS: SearchLimits = {
  count: 20,
  mostCount: 1000,
  links: 4,
  values: 200,
  filters: 50,
  sort: 8,
  length: 100_000,
};

export interface SearchContext extends ValueContext {
  /** `Prefer: handling=strict`: a parameter that the type has not is an error. */
  readonly strict: boolean;
  readonly limits: SearchLimits;
}

type Context = SearchContext & ParseContext;

/** Parameters that are about the answer's form for HTTP, not about what is searched. */
const FORM = new Set(["_format", "_pretty"]);
const LIST_ID = /^(?:List\/)?([A-Za-z0-9\-.]{1,64})$/;

/**
 * Reads a search of one type (FHIR R4, search.html). What it does not know is reported in `unknown`, or refused under strict handling; what it knows and
 * cannot do is always refused, so that nobody takes too much for what was asked.
 *
 * Throws `fhir-bad-value`, `fhir-not-supported`, `fhir-unknown-parameter`.
 *
 * @param compartment `/Patient/1/Observation`: what stands in the compartment of this resource.
 */
export function parseSearch(
  type: string,
  query: readonly (readonly [string, string])[],
  context: SearchContext,
  compartment: { readonly type: string; readonly id: string } | null = null,
): SearchRequest {
  const { limits } = context;
  const parsing: Context = { ...context, budget: new SearchBudget() };
  const filters: Filter[] = [];
  const understood: (readonly [string, string])[] = [];
  const unknown: string[] = [];
  const sort: SortKey[] = [];
  const include: Include[] = [];
  const revinclude: Include[] = [];
  const rest = { count: limits.count, cursor: null as SearchRequest["cursor"], total: false };
  let summary: SearchRequest["summary"] = "false";
  let elements: readonly string[] = [];

  if (query.reduce((sum, [key, value]) => sum + key.length + value.length, 0) > limits.length)
    throw notSupported("(all)", `searches of more than ${limits.length} characters`);
  if (compartment !== null) {
    const parameters = compartmentParameters(compartment.type, type);
    if (parameters.length === 0)
      throw notSupported(compartment.type, "resources of this type in the compartment");
    filters.push({ type: "compartment", base: type, parameters, of: compartment });
  }
  for (const [key, value] of query) {
    const [name, modifier] = cut(key);
    switch (name) {
      case "_sort":
        if (sort.length + value.split(",").length > limits.sort)
          throw notSupported(name, `an order by more than ${limits.sort} keys`);
        sort.push(...sortKeys(type, value));
        break;
      case "_count":
        if (!/^\d{1,9}$/.test(value)) throw badValue(name, "a whole number");
        rest.count = Math.min(Number(value), limits.mostCount);
        break;
      case "_cursor":
        rest.cursor = readCursor(value);
        break;
      case "_total":
        if (!["none", "estimate", "accurate"].includes(value))
          throw badValue(name, "none, estimate or accurate");
        rest.total = value !== "none";
        break;
      case "_summary":
        summary = summaryOf(value);
        break;
      case "_elements":
        elements = value.split(",").filter((element) => /^[A-Za-z]{1,64}$/.test(element));
        break;
      case "_include":
        include.push(includeOf(name, modifier, value));
        break;
      case "_revinclude":
        revinclude.push(includeOf(name, modifier, value));
        break;
      default: {
        if (FORM.has(name)) continue;
        parsing.budget.begin();
        const filter = filterOf(type, key, value, parsing, limits.links);
        if (filter === null) {
          if (context.strict) throw unknownParameter(key);
          unknown.push(key);
          continue;
        }
        filters.push(filter);
      }
    }
    if (filters.length > limits.filters) throw notSupported("(all)", `more than ${limits.filters} criteria`);
    if (name !== "_cursor") understood.push([key, value]);
  }
  const counting = summary === "count";
  return {
    type,
    filters,
    sort,
    ...rest,
    count: counting ? 0 : rest.count,
    total: counting || rest.total,
    include: counting ? [] : include,
    revinclude: counting ? [] : revinclude,
    summary,
    elements,
    understood,
    unknown,
  };
}

/** `name` and what stands behind the first colon. */
function cut(key: string): [string, string | null] {
  const at = key.indexOf(":");
  return at < 0 ? [key, null] : [key.slice(0, at), key.slice(at + 1)];
}

function summaryOf(value: string): SearchRequest["summary"] {
  switch (value) {
    case "true":
    case "text":
    case "data":
    case "count":
    case "false":
      return value;
    default:
      throw badValue("_summary", "true, text, data, count or false");
  }
}

function sortKeys(type: string, value: string): SortKey[] {
  return value.split(",").map((text) => {
    const descending = text.startsWith("-");
    const code = descending ? text.slice(1) : text;
    if (code === "_id" || code === "_lastUpdated") return { parameter: code, descending };
    const parameter = searchParameter(type, code);
    if (parameter === null) throw unknownParameter("_sort");
    if (parameter.type === "composite" || parameter.type === "special" || parameter.expression === null) {
      throw notSupported("_sort", "an order by a parameter of this kind");
    }
    return { parameter, descending };
  });
}

/** `Type:parameter[:Target]`, `Type:*` or `*`; modifier `iterate` (`recurse` before R4). */
function includeOf(name: string, modifier: string | null, value: string): Include {
  if (modifier !== null && modifier !== "iterate" && modifier !== "recurse")
    throw notSupported(name, "this modifier");
  const iterate = modifier !== null;
  const [source = "", code = "", target = null, ...more] = value.split(":");
  if (value === "*") return { source: "*", parameter: "*", target: null, iterate };
  if (more.length > 0 || !isResourceType(source) || (target !== null && !isResourceType(target))) {
    throw badValue(name, "Type:parameter or Type:parameter:Target");
  }
  if (code === "*") return { source, parameter: "*", target, iterate };
  const parameter = searchParameter(source, code);
  if (parameter === null || parameter.type !== "reference")
    throw badValue(name, "it names a reference parameter of the type");
  return { source, parameter, target, iterate };
}

/**
 * `null` for what the type has not.
 *
 * @param among several types to which a chain leads, of which those count that have what is asked for.
 */
function filterOf(
  type: string,
  key: string,
  text: string,
  context: Context,
  links: number,
  among = false,
): Filter | null {
  if (key.startsWith("_has:")) return hasFilter(key, text, context, links);
  const [head = "", ...chained] = key.split(".");
  const [name, modifier] = cut(head);
  if (chained.length > 0) return chainFilter(type, name, modifier, chained.join("."), text, context, links);
  if (name === "_id") {
    if (modifier !== null) throw notSupported(name, "this modifier");
    return { type: "id", ids: valuesOf(name, text, context) };
  }
  if (name === "_lastUpdated") {
    if (modifier !== null) throw notSupported(name, "this modifier");
    return {
      type: "last-updated",
      values: valuesOf(name, text, context).map((value) => dateValue(name, value)),
    };
  }
  if (name === LIST_PARAMETER) return listFilter(type, name, modifier, text, context);
  const parameter = searchParameter(type, name);
  if (parameter === null) return null;
  // Without an index nothing would ever be found, which says something else than that it cannot be looked for.
  if (!isSearchable(type, parameter)) {
    if (isText(parameter) && among) return null;
    throw notSupported(name, "this parameter");
  }
  if (isText(parameter)) {
    if (modifier !== null) throw notSupported(name, "this modifier");
    const any = valuesOf(name, text, context).map((value) => context.budget.textQuery(name, value));
    return { type: "text", of: name === "_text" ? "narrative" : "content", query: { any } };
  }
  if (modifier === "missing") {
    if (text !== "true" && text !== "false") throw badValue(name, "true or false");
    return { type: "missing", base: type, parameter, missing: text === "true" };
  }
  const not = modifier === "not" || modifier === "not-in";
  const values = valuesOf(name, text, context).map((value) =>
    parseValue(type, parameter, modifier, value, context),
  );
  return { type: "value", base: type, parameter, values, not };
}

function valuesOf(name: string, text: string, { limits }: SearchContext): readonly string[] {
  const values = alternatives(text);
  if (values.length > limits.values) throw notSupported(name, `more than ${limits.values} values`);
  return [...new Set(values)];
}

/** What stands in some Lists. Throws `fhir-not-supported` for R4's functional lists, such as `$current-allergies`: nobody keeps them here. */
function listFilter(
  base: string,
  name: string,
  modifier: string | null,
  text: string,
  context: Context,
): Filter {
  if (modifier !== null) throw notSupported(name, "this modifier");
  const ids = valuesOf(name, text, context).map((value) => {
    if (value.startsWith("$")) throw notSupported(name, "functional lists");
    const [, id] = LIST_ID.exec(value) ?? [];
    if (id === undefined) throw badValue(name, "the id of a List");
    return id;
  });
  return { type: "list", base, ids };
}

/** `subject:Patient.name`, `subject.name`, `patient.organization.name`. */
function chainFilter(
  type: string,
  name: string,
  modifier: string | null,
  restOfKey: string,
  text: string,
  context: Context,
  links: number,
): Filter | null {
  const parameter = searchParameter(type, name);
  if (parameter === null || parameter.type !== "reference") return null;
  if (links === 0) throw notSupported(name, `chains of more than ${context.limits.links} links`);
  if (modifier !== null && !parameter.targets.includes(modifier)) throw notSupported(name, "this modifier");
  const filters = new Map<string, Filter>();
  const targets = modifier === null ? parameter.targets : [modifier];
  for (const target of targets) {
    const filter = filterOf(target, restOfKey, text, context, links - 1, targets.length > 1);
    if (filter !== null) filters.set(target, filter);
  }
  return filters.size === 0 ? null : { type: "chain", base: type, parameter, filters };
}

/** `_has:Observation:patient:code`; the criterion may be a `_has` or a chain again. */
function hasFilter(key: string, text: string, context: Context, links: number): Filter | null {
  const [, from = "", reference = "", ...criterion] = key.split(":");
  if (links === 0) throw notSupported("_has", `more than ${context.limits.links} links`);
  if (!isResourceType(from) || criterion.length === 0)
    throw badValue("_has", "_has:Type:reference:parameter");
  const parameter = searchParameter(from, reference);
  if (parameter === null || parameter.type !== "reference") return null;
  const filter = filterOf(from, criterion.join(":"), text, context, links - 1);
  return filter === null ? null : { type: "has", from, parameter, filter };
}

/** Reference parameters that an include with `*` follows. */
export function referencesOf(type: string): readonly SearchParameter[] {
  return searchParametersOf(type).filter((parameter) => parameter.type === "reference");
}

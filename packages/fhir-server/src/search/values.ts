import { folded } from "../index/folded.ts";
import type { SearchParameter } from "../definitions/searchParameters.ts";
import { rangeOfDate } from "../index/dateRange.ts";
import { rangeOfDecimal } from "../index/decimalRange.ts";
import { indexedText, MOST_INDEXED } from "../store/indexedText.ts";
import type { SearchBudget } from "./budget.ts";
import type { Prefix, Value } from "./request.ts";
import type { Terminology } from "../terminology/terminology.ts";
import { subsumptionValue, valueSetValue } from "./codeValues.ts";
import { impliedCodes } from "./impliedCodes.ts";
import { nearValue } from "./nearValue.ts";
import { badValue, notSupported } from "./searchError.ts";

/** From `low` (included) to `high` (excluded): milliseconds since 1970 of dates, decimal text of numbers. */
export interface Range {
  readonly low: string;
  readonly high: string;
}

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[-+0-9])(.*)$/s;
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const TYPE_AND_ID = /^([A-Z][A-Za-z]{0,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** Where a value comes from, for what depends on the server. */
export interface ValueContext {
  /** This server's own address, with which references to its resources may begin; ends with a slash. */
  readonly base: string;
  /** Code systems and value sets by which codes can be asked for. */
  readonly terminology: Terminology;
}

/** Where a value comes from, and what its search asks for besides. */
export interface ParseContext extends ValueContext {
  readonly budget: SearchBudget;
}

/** Splits at commas that no backslash keeps together (search.html, 3.1.1.3.2). */
export function alternatives(text: string): readonly string[] {
  return split(text, ",");
}

function split(text: string, at: "," | "|" | "$"): string[] {
  const parts: string[] = [""];
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\\" && i + 1 < text.length) {
      parts[parts.length - 1] += c + text.charAt(++i);
    } else if (c === at) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\,|$])/g, "$1");
}

/** One value of a parameter of this type. Throws `fhir-bad-value`, `fhir-not-supported` for a modifier that the type has not, or that needs what is not there. */
export function parseValue(
  base: string,
  parameter: SearchParameter,
  modifier: string | null,
  text: string,
  context: ParseContext,
): Value {
  const { code: name, type } = parameter;
  if (text === "") throw badValue(name, "it is not empty");
  switch (type) {
    case "token":
      return tokenValue(base, parameter, modifier, text, context);
    case "string":
      return stringValue(name, modifier, text);
    case "date":
      refuseModifier(name, modifier);
      return dateValue(name, text);
    case "number":
      refuseModifier(name, modifier);
      return { type: "number", ...numeric(name, unescape(text)) };
    case "quantity":
      refuseModifier(name, modifier);
      return quantityValue(name, text);
    case "reference":
      return referenceValue(parameter, modifier, unescape(text), context);
    case "uri":
      return uriValue(name, modifier, unescape(text));
    case "composite":
      refuseModifier(name, modifier);
      return compositeValue(base, parameter, text, context);
    case "special":
      refuseModifier(name, modifier);
      if (name !== "near") throw notSupported(name, "this parameter");
      return nearValue(name, split(text, "|").map(unescape));
  }
}

function refuseModifier(name: string, modifier: string | null): void {
  if (modifier !== null) throw notSupported(name, "this modifier");
}

function tokenValue(
  base: string,
  parameter: SearchParameter,
  modifier: string | null,
  text: string,
  context: ParseContext,
): Value {
  const { code: name } = parameter;
  if (modifier === "text") return { type: "token-text", text: folded(unescape(text)) };
  if (modifier === "of-type") {
    const [system = "", code = "", value = "", ...more] = split(text, "|").map(unescape);
    if (code === "" || value === "" || more.length > 0) throw badValue(name, "system|code|value");
    return { type: "of-type", system: system === "" ? null : system, code, value };
  }
  if (modifier === "in" || modifier === "not-in")
    return valueSetValue(base, parameter, unescape(text), context);
  const { system, code } = systemAndCode(name, text);
  if (modifier === "below" || modifier === "above")
    return subsumptionValue(base, parameter, modifier, { system, code }, context);
  if (modifier !== null && modifier !== "not") throw notSupported(name, "this modifier");
  const implied =
    typeof system === "string" &&
    code !== null &&
    impliedCodes(base, parameter)?.get(system)?.has(code) === true;
  return { type: "token", system: implied ? null : system, code };
}

/** As far as a URL's path begins with another one's, segment by segment (FHIR R4, search.html#uri). */
function uriValue(name: string, modifier: string | null, uri: string): Value {
  if (modifier === null) return { type: "uri", uris: [uri] };
  if (modifier !== "below" && modifier !== "above") throw notSupported(name, "this modifier");
  const [root] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]+/.exec(uri) ?? [];
  if (root === undefined) throw notSupported(name, "a hierarchy of what is no URL");
  if (modifier === "below") return { type: "uri-below", uri };
  const uris = new Set([uri, root]);
  // What goes on behind the last indexed character begins with the same ones.
  for (let at = uri.indexOf("/", root.length); at >= 0 && at <= MOST_INDEXED; at = uri.indexOf("/", at + 1))
    for (const above of [uri.slice(0, at), uri.slice(0, at + 1)]) uris.add(indexedText(above));
  return { type: "uri", uris: [...uris] };
}

/** `code`, `system|code`, `|code` (no system) or `system|`. */
function systemAndCode(
  name: string,
  text: string,
): { system: string | null | undefined; code: string | null } {
  const parts = split(text, "|").map(unescape);
  if (parts.length > 2) throw badValue(name, "code, system|code, |code or system|");
  if (parts.length === 1) return { system: undefined, code: parts[0] ?? "" };
  const [system = "", code = ""] = parts;
  if (system === "" && code === "") throw badValue(name, "code, system|code, |code or system|");
  return { system: system === "" ? null : system, code: code === "" ? null : code };
}

function stringValue(name: string, modifier: string | null, text: string): Value {
  const value = unescape(text);
  if (modifier === "exact") return { type: "string", match: "exact", text: value };
  if (modifier !== null && modifier !== "contains") throw notSupported(name, "this modifier");
  return { type: "string", match: modifier ?? "prefix", text: folded(value) };
}

function prefixed(text: string): { readonly prefix: Prefix; readonly rest: string } {
  const match = PREFIXED.exec(text);
  return match === null ? { prefix: "eq", rest: text } : { prefix: match[1] as Prefix, rest: match[2] ?? "" };
}

/** A date for `_lastUpdated` and date parameters. */
export function dateValue(
  name: string,
  text: string,
): { readonly type: "date"; readonly prefix: Prefix; readonly range: Range } {
  const { prefix, rest } = prefixed(unescape(text));
  const range = rangeOfDate(rest);
  if (range === null)
    throw badValue(name, "yyyy, yyyy-mm, yyyy-mm-dd or yyyy-mm-ddThh:mm[:ss[.sss]][Z|±hh:mm]");
  return { type: "date", prefix, range: { low: String(range.from), high: String(range.to) } };
}

function numeric(
  name: string,
  text: string,
): { readonly prefix: Prefix; readonly range: Range; readonly value: string } {
  const { prefix, rest } = prefixed(text);
  const range = rangeOfDecimal(rest, prefix === "ap");
  if (range === null) throw badValue(name, "a decimal such as 5.4 or 1e-3");
  return { prefix, range: { low: range.low, high: range.high }, value: rest };
}

function quantityValue(name: string, text: string): Value {
  const parts = split(text, "|").map(unescape);
  const [number = "", system = "", unit = ""] = parts;
  if (parts.length !== 1 && parts.length !== 3) throw badValue(name, "number or number|system|code");
  const value = numeric(name, number);
  if (parts.length === 1) return { type: "quantity", ...value, system: undefined, unit: null };
  return {
    type: "quantity",
    ...value,
    system: system === "" ? undefined : system,
    unit: unit === "" ? null : unit,
  };
}

function referenceValue(
  parameter: SearchParameter,
  modifier: string | null,
  text: string,
  { base }: ValueContext,
): Value {
  const { code: name, targets } = parameter;
  if (modifier === "identifier") return { type: "identifier", ...systemAndCode(name, text) };
  if (modifier !== null && !targets.includes(modifier)) throw notSupported(name, "this modifier");
  const types = modifier === null ? [] : [modifier];
  const local = text.startsWith(base) ? text.slice(base.length) : text;
  const match = TYPE_AND_ID.exec(local);
  if (match !== null) {
    const [, type = "", id = ""] = match;
    if (modifier !== null && modifier !== type)
      throw badValue(name, "an id of the type that the modifier names");
    return { type: "reference", types: [type], id, url: null };
  }
  if (ID.test(local)) return { type: "reference", types, id: local, url: null };
  return { type: "reference", types, id: null, url: text };
}

function compositeValue(
  base: string,
  parameter: SearchParameter,
  text: string,
  context: ParseContext,
): Value {
  const parts = split(text, "$");
  if (parts.length !== parameter.components.length) {
    throw badValue(parameter.code, `${parameter.components.length} values with $ between them`);
  }
  return {
    type: "composite",
    parts: parameter.components.map((component, i) =>
      parseValue(base, component, null, parts[i] ?? "", context),
    ),
  };
}

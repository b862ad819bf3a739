import { isResourceType } from "../definitions/resourceTypes.ts";
import { fhirError } from "../errors/fhirError.ts";
import { parseSearch, SEARCH_LIMITS } from "../search/parseSearch.ts";
import type { Filter } from "../search/request.ts";
import { R4_TERMINOLOGY } from "../terminology/terminology.ts";
import type { Access } from "./access.ts";

/**
 * Interactions as SMART App Launch 2.2 tells them apart: `c` create; `r` read, vread and the history of a resource; `u` update and patch; `d` delete; `s` search, the history of a type or of
 * everything and, which the specification leaves open, `$everything`.
 */
export type Letter = "c" | "r" | "u" | "d" | "s";

/** What one scope permits of what the access permits. */
export interface ScopeRule {
  readonly type: string;
  readonly letters: readonly Letter[];
  /** Search parameters behind the question mark: a resource meets all of them. */
  readonly filters: readonly Filter[];
}

/** A scope as it was written. */
export interface Scope extends ScopeRule {
  readonly level: "system" | "user" | "patient";
  /** Search parameters as they were written, sorted, so that two scopes can be compared. */
  readonly query: readonly (readonly [string, string])[];
}

const FORM = /^(system|user|patient)\/(\*|[A-Z][A-Za-z]{0,63})\.(c?r?u?d?s?)(?:\?(.+))?$/s;
const V1_FORM = /^(?:system|user|patient)\/[^.]*\.(?:read|write|\*)$/;
const LONGEST = 500;

/**
 * Reads a scope for resources of SMART App Launch 2, such as `system/Observation.rs?category=laboratory`. Version 1's `.read` and `.write` are refused: servers understood different interactions by them.
 * A constraint is of one type, by parameters of that type itself: no chains, no `_has`, nothing about the answer's form.
 *
 * Throws `fhir-bad-scope`; the scope itself is not in the error.
 */
export function parseScope(text: string): Scope {
  if (V1_FORM.test(text)) throw badScope("A scope of SMART version 1 says neither create nor search.");
  const match = text.length > LONGEST ? null : FORM.exec(text);
  const [, level, type = "", letters = "", search = ""] = match ?? [];
  if (level === undefined || letters === "" || (type !== "*" && !isResourceType(type))) {
    throw badScope(
      "A scope has the form level/Type.cruds, with a type of FHIR R4 or * and letters in that order.",
    );
  }
  const query = [...new URLSearchParams(search)].map(([name, value]) => [name, value] as const);
  if (query.length > 0 && type === "*") throw badScope("A scope with search parameters names one type.");
  return {
    level: level as Scope["level"],
    type,
    letters: letters.split("") as Letter[],
    filters: query.length === 0 ? [] : filtersOf(type, query),
    query: query.toSorted(([a, x], [b, y]) => (`${a}=${x}` < `${b}=${y}` ? -1 : 1)),
  };
}

function filtersOf(type: string, query: Scope["query"]): readonly Filter[] {
  const context = { base: NO_BASE, terminology: R4_TERMINOLOGY, strict: true, limits: SEARCH_LIMITS };
  const parsed = refusing(() => parseSearch(type, query, context));
  if (parsed.filters.length !== query.length || !parsed.filters.every(({ type: kind }) => PLAIN.has(kind))) {
    throw badScope("A scope's search parameters are criteria of the type itself, without chains and _has.");
  }
  return parsed.filters;
}

/** Kinds of filter that look at the resource's own values. */
const PLAIN: ReadonlySet<Filter["type"]> = new Set(["id", "last-updated", "value", "missing"]);
/** A scope refers to resources as `Type/id`: no reference begins with this. */
const NO_BASE = "\0";

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw badScope("A scope's search parameters are those of its type, with values of their form.", cause);
  }
}

/**
 * The access, narrowed to what the scopes of a token say: what neither permits alone, both together do not permit. No scopes permit nothing. A `patient/` scope is for the patient that a launch
 * names; nothing here names one, so it permits nothing.
 *
 * Throws `fhir-forbidden` for an access that scopes narrow already.
 */
export function limitAccess(access: Access, scopes: readonly Scope[]): Access {
  // A token has one list of scopes: a second one would have to hold together with the first.
  if (access.scopes !== undefined) throw outOfScope();
  return {
    ...access,
    scopes: scopes
      .filter(({ level }) => level !== "patient")
      .map(({ type, letters, filters }) => ({ type, letters, filters })),
  };
}

/** True where whatever `asked` permits, one of the `given` permits too: so that a client may ask for less than it was given, never for more. */
export function isWithin(asked: Scope, given: readonly Scope[]): boolean {
  return asked.letters.every((letter) =>
    given.some(
      ({ level, type, letters, query }) =>
        level === asked.level &&
        (type === "*" || type === asked.type) &&
        letters.includes(letter) &&
        query.every(([name, value]) => asked.query.some(([n, v]) => n === name && v === value)),
    ),
  );
}

/** Throws `fhir-forbidden` where no scope has the letter for this type, or for any type: which the sender of the token knows, so that it tells nothing of what is there. */
export function requireScope({ scopes }: Access, letter: Letter, type: string | null): void {
  const permits = (rule: ScopeRule): boolean =>
    rule.letters.includes(letter) && (type === null || rule.type === "*" || rule.type === type);
  if (scopes === undefined || scopes.some(permits)) return;
  throw outOfScope();
}

/** True where a scope without search parameters has the letter for this type: whatever stands in a resource of it. */
export function coversType(scopes: readonly ScopeRule[], letter: Letter, type: string): boolean {
  return scopes.some(
    (rule) =>
      rule.filters.length === 0 && rule.letters.includes(letter) && (rule.type === "*" || rule.type === type),
  );
}

export function outOfScope(): ReturnType<typeof fhirError<"fhir-forbidden">> {
  return fhirError(
    "fhir-forbidden",
    "Who asks has a token with a scope for this interaction, this type and, where the scope says so, such a resource.",
    "Ask for a token with the scope that it takes.",
  );
}

function badScope(rule: string, cause?: unknown): ReturnType<typeof fhirError<"fhir-bad-scope">> {
  const error = fhirError(
    "fhir-bad-scope",
    rule,
    "Write it as SMART App Launch 2 says, such as system/Observation.rs.",
  );
  if (cause !== undefined) error.cause = cause;
  return error;
}

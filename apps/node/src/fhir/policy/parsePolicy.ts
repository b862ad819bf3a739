import { PURPOSES, type Purpose } from "@anamnesis/core/consent/terms";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import type { OwnRule } from "@anamnesis/fhir-server/access/access";
import { isResourceType } from "@anamnesis/fhir-server/definitions/resourceTypes";
import { bad } from "../../configError.ts";
import { type BasePolicy, DEFAULT_POLICY, type RoleRules } from "./basePolicy.ts";

type Json = Readonly<Record<string, unknown>>;

const ROLE = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * `fhir.roles` of the configuration: `{ "<role>": { "purposes": ["TREAT"], "read": [{ "types": "*", "kinds": ["general"] }], "write": [] } }`. The whole policy when it is
 * given, the default one when it is not. Throws `bad-config` with the key.
 */
export function parsePolicy(value: unknown): BasePolicy {
  if (value === undefined) return DEFAULT_POLICY;
  const key = "fhir.roles";
  const roles = objectOf(value, key);
  return new Map(
    Object.entries(roles).map(([role, rules]): [string, RoleRules] => {
      if (!ROLE.test(role)) throw bad(key, "roles of lower-case letters, digits and hyphens, 32 at most");
      return [role, rulesAt(rules, `${key}.${role}`)];
    }),
  );
}

function rulesAt(value: unknown, key: string): RoleRules {
  const given = objectOf(value, key);
  requireKeys(given, ["purposes", "read", "write"], key);
  const listed = (name: "read" | "write"): readonly OwnRule[] =>
    listOf(given[name] ?? [], `${key}.${name}`).map((rule, i) => ruleAt(rule, `${key}.${name}[${i}]`));
  return {
    purposes: namesOf(given["purposes"], isPurpose, `${key}.purposes`, PURPOSES.join(", ")),
    read: listed("read"),
    write: listed("write"),
  };
}

function ruleAt(value: unknown, key: string): OwnRule {
  const given = objectOf(value, key);
  requireKeys(given, ["types", "kinds"], key);
  const { types, kinds } = given;
  return {
    types: types === "*" ? "*" : namesOf(types, isType, `${key}.types`, "resource types of FHIR R4"),
    kinds: kinds === "*" ? "*" : namesOf(kinds, isKind, `${key}.kinds`, SEGMENT_KINDS.join(", ")),
  };
}

const isType = (value: unknown): value is string => typeof value === "string" && isResourceType(value);
const isKind = (value: unknown): value is SegmentKind => SEGMENT_KINDS.some((kind) => kind === value);
const isPurpose = (value: unknown): value is Purpose => PURPOSES.some((purpose) => purpose === value);

function namesOf<T>(
  value: unknown,
  is: (one: unknown) => one is T,
  key: string,
  known: string,
): readonly T[] {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (list.length > 0 && list.every(is)) return list;
  throw bad(key, `a list that is not empty, of: ${known}`);
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw bad(key, "a list");
}

function objectOf(value: unknown, key: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw bad(key, "an object");
}

function requireKeys(given: Json, known: readonly string[], key: string): void {
  const [unknown] = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown !== undefined) throw bad(`${key}.${unknown}`, `one of ${known.join(", ")}`);
}

import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4";
import { constraintOf } from "../definitions/structureDefinitions.ts";
import type { Issue } from "./issue.ts";
import type { Plain } from "./plainResource.ts";

/** Invariants of whole resources that `validateResource` of @medplum/core leaves out, or whose functions its FHIRPath does not have. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  Organization: ["org-1"],
  Questionnaire: ["que-2"],
  CodeSystem: ["csd-1"],
};

const compiled = new Map<string, (on: Plain) => readonly unknown[]>();

function evaluatorOf(expression: string): (on: Plain) => readonly unknown[] {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const evaluate = fhirpath.compile(expression, r4) as (on: Plain) => readonly unknown[];
  compiled.set(expression, evaluate);
  return evaluate;
}

export function checkInvariants(plain: Plain): readonly Issue[] {
  const type = String(plain["resourceType"]);
  const keys = Object.hasOwn(LEFT_OUT, type) ? (LEFT_OUT[type] ?? []) : [];
  const broken = keys.flatMap((key) => {
    const constraint = constraintOf(key);
    return constraint === null || evaluatorOf(constraint.expression)(plain)[0] === true ? [] : [constraint];
  });
  const unused = hasUnusedContained(plain) ? [constraintOf("dom-3")].filter((one) => one !== null) : [];
  return [...broken, ...unused].map(({ key, human }) => ({
    severity: "error",
    code: "invariant",
    expression: type,
    diagnostics: `${key}: ${human}`,
  }));
}

/**
 * dom-3: what is contained is referred to from elsewhere in the resource, or refers to the resource itself (`#`). Its expression goes
 * through the whole resource for each of them; this goes once.
 */
function hasUnusedContained(plain: Plain): boolean {
  const contained = plain["contained"];
  if (!Array.isArray(contained)) return false;
  const referred = new Set<string>();
  collect(plain, referred);
  return contained.some((one: unknown) => {
    const { id } = one as Plain;
    if (typeof id === "string" && referred.has(`#${id}`)) return false;
    const own = new Set<string>();
    collect(one, own);
    return !own.has("#");
  });
}

/** Every text that begins with `#`: a reference, canonical or uri to what is contained. */
function collect(value: unknown, into: Set<string>): void {
  if (typeof value === "string" && value.startsWith("#")) into.add(value);
  else if (typeof value === "object" && value !== null)
    for (const one of Object.values(value)) collect(one, into);
}

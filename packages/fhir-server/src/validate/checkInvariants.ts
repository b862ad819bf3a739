import { constraintOf } from "../definitions/structureDefinitions.ts";
import type { Issue } from "./issue.ts";
import type { Plain } from "./plainResource.ts";

/**
 * Invariants of whole resources that `validateResource` of @medplum/core leaves out, or for which its FHIRPath has no functions. Written
 * out, each going through the resource once: evaluated as FHIR has them, they take a time that grows with the square of its size.
 */
const HELD: Readonly<Record<string, { readonly key: string; readonly holds: (plain: Plain) => boolean }>> = {
  Organization: {
    key: "org-1",
    holds: ({ identifier, name }) => identifier !== undefined || name !== undefined,
  },
  Questionnaire: { key: "que-2", holds: ({ item }) => areDistinct(textsOf(item, "item", "linkId")) },
  CodeSystem: { key: "csd-1", holds: ({ concept }) => areDistinct(textsOf(concept, "concept", "code")) },
};

export function checkInvariants(plain: Plain): readonly Issue[] {
  const type = String(plain["resourceType"]);
  const own = Object.hasOwn(HELD, type) ? HELD[type] : undefined;
  const broken = [
    ...(own === undefined || own.holds(plain) ? [] : [own.key]),
    ...(hasUnusedContained(plain) ? ["dom-3"] : []),
  ];
  return broken.map((key) => ({
    severity: "error",
    code: "invariant",
    expression: type,
    diagnostics: `${key}: ${constraintOf(key)?.human ?? ""}`,
  }));
}

const areDistinct = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** The texts that the elements of a tree have under one name. */
function textsOf(elements: unknown, children: string, name: string): readonly string[] {
  const texts: string[] = [];
  const open: unknown[] = [elements];
  while (open.length > 0) {
    const list = open.pop();
    for (const one of Array.isArray(list) ? list : []) {
      if (typeof one !== "object" || one === null) continue;
      const text = (one as Plain)[name];
      if (typeof text === "string") texts.push(text);
      open.push((one as Plain)[children]);
    }
  }
  return texts;
}

/** dom-3: what is contained is referred to from elsewhere in the resource, or refers to the resource itself (`#`). */
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

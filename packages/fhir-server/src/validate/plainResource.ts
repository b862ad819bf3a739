import {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from "@anamnesis/fhir/json/jsonValue";
import { isResourceType } from "../definitions/resourceTypes.ts";
import type { Issue } from "./issue.ts";

/** Values in one resource, members and list items counted. Some hundred is usual; a large imaging study has some thousand. */
export const MOST_VALUES = 20_000;
/** Objects and lists within each other. FHIR nests some twenty deep. */
export const DEEPEST = 64;

/** What a resource may be inside of another: `contained`, `Bundle.entry.resource` and `.outcome`, `Parameters.parameter.resource`. */
const HOLDERS: ReadonlySet<string> = new Set(["contained", "resource", "outcome"]);
const NAME = /^_?[a-z][A-Za-z0-9]{0,63}$/;

export type Plain = Record<string, unknown>;

export interface Copied {
  readonly plain: Plain;
  /** Types of the resource and of those inside of it. */
  readonly types: ReadonlySet<string>;
}

/**
 * The resource as `JSON.parse` would give it, for libraries that know no `JsonNumber`; decimals lose precision in the copy. Refused,
 * so that nothing that follows meets them: what is beyond the limits, names that no element can have (`constructor`, `__proto__`
 * and others that every object has), and a `resourceType` where no resource may stand or that R4 does not know.
 */
export function plainResource(resource: JsonObject): Copied | { readonly issue: Issue } {
  const type = resource["resourceType"];
  const root = typeof type === "string" && isResourceType(type) ? type : "Resource";
  let left = MOST_VALUES;
  let problem: Issue | null = null;
  const types = new Set<string>();

  const refuse = (code: Issue["code"], diagnostics: string): null => {
    problem ??= { severity: "error", code, expression: root, diagnostics };
    return null;
  };

  const copy = (value: JsonValue, name: string, depth: number): unknown => {
    if (problem !== null) return null;
    if (left-- <= 0) return refuse("too-long", `A resource may have ${MOST_VALUES} values.`);
    if (depth > DEEPEST) return refuse("too-long", `Elements may be nested ${DEEPEST} deep.`);
    if (value instanceof JsonNumber) return Number(value.text);
    if (isJsonArray(value)) return value.map((item) => copy(item, name, depth + 1));
    if (!isJsonObject(value)) return value;
    const out: Plain = {};
    for (const [member, content] of Object.entries(value)) {
      if (!NAME.test(member) || member in Object.prototype)
        return refuse("structure", "An element has a name that FHIR R4 does not know.");
      out[member] = copy(content, member, depth + 1);
    }
    const own = out["resourceType"];
    if (own === undefined) return out;
    if (typeof own !== "string" || !isResourceType(own) || !HOLDERS.has(name)) {
      return refuse("structure", "A resourceType stands where no resource may stand, or is none of FHIR R4.");
    }
    types.add(own);
    return out;
  };

  const plain = copy(resource, "contained", 0) as Plain;
  return problem === null ? { plain, types } : { issue: problem };
}

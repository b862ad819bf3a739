import {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from "@anamnesis/fhir/json/jsonValue";
import { isResourceType } from "../definitions/resourceTypes.ts";
import type { Issue } from "./issue.ts";
import { safePath } from "./safePath.ts";

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

/** Where a value stands, from within: members by name, items of lists by number. */
interface Path {
  readonly up: Path | null;
  readonly name: string | number;
}

function pathText(path: Path): string {
  const own = typeof path.name === "number" ? `[${path.name}]` : path.name;
  if (path.up === null) return own;
  return `${pathText(path.up)}${typeof path.name === "number" ? "" : "."}${own}`;
}

/**
 * The resource as `JSON.parse` would give it, for libraries that know no `JsonNumber`; decimals lose precision in the copy. Refused,
 * so that nothing that follows meets them: empty texts, lists and objects, what is beyond the limits, names that no element can have (`constructor`, `__proto__`
 * and others that every object has), and a `resourceType` where no resource may stand or that R4 does not know.
 */
export function plainResource(resource: JsonObject): Copied | { readonly issue: Issue } {
  const type = resource["resourceType"];
  const root = typeof type === "string" && isResourceType(type) ? type : "Resource";
  let left = MOST_VALUES;
  let problem: Issue | null = null;
  const types = new Set<string>();

  const refuse = (code: Issue["code"], diagnostics: string, expression = root): null => {
    problem ??= { severity: "error", code, expression, diagnostics };
    return null;
  };
  const refuseEmpty = (path: Path): null =>
    refuse("structure", "Invalid empty value.", safePath(pathText(path), root));

  const copy = (value: JsonValue, name: string, depth: number, path: Path): unknown => {
    if (problem !== null) return null;
    if (left-- <= 0) return refuse("too-long", `A resource may have ${MOST_VALUES} values.`);
    if (depth > DEEPEST) return refuse("too-long", `Elements may be nested ${DEEPEST} deep.`);
    if (value instanceof JsonNumber) return Number(value.text);
    if (value === "") return refuseEmpty(path);
    if (isJsonArray(value)) {
      if (value.length === 0) return refuseEmpty(path);
      return value.map((item, i) => copy(item, name, depth + 1, { up: path, name: i }));
    }
    if (!isJsonObject(value)) return value;
    const out: Plain = {};
    for (const [member, content] of Object.entries(value)) {
      if (!NAME.test(member) || member in Object.prototype)
        return refuse("structure", "An element has a name that FHIR R4 does not know.");
      out[member] = copy(content, member, depth + 1, { up: path, name: member });
    }
    if (Object.keys(out).length === 0) return refuseEmpty(path);
    const own = out["resourceType"];
    if (own === undefined) return out;
    if (typeof own !== "string" || !isResourceType(own) || !HOLDERS.has(name)) {
      return refuse("structure", "A resourceType stands where no resource may stand, or is none of FHIR R4.");
    }
    types.add(own);
    return out;
  };

  const plain = copy(resource, "contained", 0, { up: null, name: root }) as Plain;
  return problem === null ? { plain, types } : { issue: problem };
}

import { elementsOf } from "../definitions/structureDefinitions.ts";
import { expressionsFor } from "../definitions/expressionsFor.ts";
import type { SearchParameter } from "../definitions/searchParameters.ts";
import { type CodeList, R4_TERMINOLOGY } from "../terminology/terminology.ts";

const known = new Map<string, CodeList | null>();

/**
 * What the codes of a parameter mean that selects elements of the datatype `code`, by their required bindings: such a code is indexed without a system, because the resource names none (FHIR R4, search.html#token). `null` for parameters
 * with any other value, of which a code without a system has none.
 */
export function impliedCodes(type: string, parameter: SearchParameter): CodeList | null {
  const key = `${type}.${parameter.code}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const implied = read(type, parameter);
  known.set(key, implied);
  return implied;
}

function read(type: string, parameter: SearchParameter): CodeList | null {
  const codes = new Map<string, ReadonlySet<string>>();
  const parts = expressionsFor(parameter, type);
  for (const part of parts) {
    const element = elementsOf(type).find(({ path }) => path === part);
    const [strength, valueSet = ""] = element?.binding ?? [];
    const list =
      element?.type?.[0]?.code === "code" && strength === "required"
        ? R4_TERMINOLOGY.codesOf(valueSet)
        : null;
    if (list === null) return null;
    for (const [system, of] of list) codes.set(system, new Set([...(codes.get(system) ?? []), ...of]));
  }
  return parts.length === 0 ? null : codes;
}

import type { SearchParameter } from "../definitions/searchParameters.ts";
import { subsumed } from "../terminology/codeSystem.ts";
import type { CodeList, Terminology } from "../terminology/terminology.ts";
import { impliedCodes } from "./impliedCodes.ts";
import type { Value } from "./request.ts";
import { badValue, notSupported } from "./searchError.ts";

/**
 * `:in` and `:not-in`: the codes of a value set that the server holds and can write out (FHIR R4, search.html#modifiers). Throws `fhir-not-supported` for every other one, whether or not somebody
 * put a ValueSet of that name on this server: what is there is not told.
 */
export function valueSetValue(
  type: string,
  parameter: SearchParameter,
  url: string,
  held: Terminology,
): Value {
  // Which version is held is no promise.
  const codes = url.includes("|") ? null : held.codesOf(url);
  if (codes === null) throw notSupported(parameter.code, "this value set, or not all of its codes");
  return valueOf(type, parameter, codes);
}

/** `:below` and `:above`: a code of a system that the server holds as a whole, and all that it subsumes or that subsumes it. Throws `fhir-not-supported` for other systems, `fhir-bad-value` for what is no code of it. */
export function subsumptionValue(
  type: string,
  parameter: SearchParameter,
  way: "below" | "above",
  { system, code }: { readonly system: string | null | undefined; readonly code: string | null },
  held: Terminology,
): Value {
  if (typeof system !== "string" || code === null) throw badValue(parameter.code, "system|code");
  const of = held.codeSystem(system);
  if (of === null || !of.subsumes) throw notSupported(parameter.code, "the hierarchy of this code system");
  const codes = subsumed(of, code, way);
  if (codes.size === 0) throw badValue(parameter.code, "a code of the system");
  return valueOf(type, parameter, new Map([[system, codes]]));
}

function valueOf(type: string, parameter: SearchParameter, codes: CodeList): Value {
  const implied = impliedCodes(type, parameter);
  const bare = [...codes].flatMap(([system, of]) =>
    [...of].filter((code) => implied?.get(system)?.has(code) === true),
  );
  return {
    type: "codes",
    codes: [...codes].map(([system, of]) => ({ system, codes: [...of] })),
    bare: [...new Set(bare)],
  };
}

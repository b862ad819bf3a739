import type { SearchParameter } from "../definitions/searchParameters.ts";
import { subsumed } from "../terminology/codeSystem.ts";
import type { CodeList } from "../terminology/terminology.ts";
import type { SearchBudget } from "./budget.ts";
import { impliedCodes } from "./impliedCodes.ts";
import type { Value } from "./request.ts";
import { badValue, notSupported } from "./searchError.ts";
import type { ParseContext } from "./values.ts";

/**
 * `:in` and `:not-in`: the codes of a value set that the server holds and can write out (FHIR R4, search.html#modifiers). Throws `fhir-not-supported` for every other one, whether or not somebody
 * put a ValueSet of that name on this server: what is there is not told. And for more codes than a search may have.
 */
export function valueSetValue(
  type: string,
  parameter: SearchParameter,
  url: string,
  { terminology, budget }: ParseContext,
): Value {
  // Which version is held is no promise.
  const codes = url.includes("|") ? null : terminology.codesOf(url);
  if (codes === null) throw notSupported(parameter.code, "this value set, or not all of its codes");
  return valueOf(type, parameter, codes, budget);
}

/** `:below` and `:above`: a code of a system that the server holds as a whole, and all that it subsumes or that subsumes it. Throws `fhir-not-supported` for other systems, `fhir-bad-value` for what is no code of it. */
export function subsumptionValue(
  type: string,
  parameter: SearchParameter,
  way: "below" | "above",
  { system, code }: { readonly system: string | null | undefined; readonly code: string | null },
  { terminology, budget }: ParseContext,
): Value {
  if (typeof system !== "string" || code === null) throw badValue(parameter.code, "system|code");
  const of = terminology.codeSystem(system);
  if (of === null || !of.subsumes) throw notSupported(parameter.code, "the hierarchy of this code system");
  const codes = subsumed(of, code, way);
  if (codes.size === 0) throw badValue(parameter.code, "a code of the system");
  return valueOf(type, parameter, new Map([[system, codes]]), budget);
}

function valueOf(type: string, parameter: SearchParameter, codes: CodeList, budget: SearchBudget): Value {
  budget.takeCodes(parameter.code, codes);
  const implied = impliedCodes(type, parameter);
  const bare =
    implied === null
      ? []
      : [...codes].flatMap(([system, of]) =>
          [...of].filter((code) => implied.get(system)?.has(code) === true),
        );
  return {
    type: "codes",
    codes: [...codes].map(([system, of]) => ({ system, codes: budget.arrayOf(of) })),
    bare: [...new Set(bare)],
  };
}

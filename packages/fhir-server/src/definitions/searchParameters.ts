import data from "../../definitions/searchParameters.json" with { type: "json" };
import { isResourceType, lineage } from "./resourceTypes.ts";

export type SearchParameterType =
  "number" | "date" | "string" | "token" | "reference" | "composite" | "quantity" | "uri" | "special";

export interface SearchParameter {
  readonly url: string;
  /** Its name in a search, such as `birthdate`; of a composite's component, `code-value-quantity$2`. */
  readonly code: string;
  readonly type: SearchParameterType;
  readonly base: readonly string[];
  /**
   * FHIRPath for all types of `base` together, null for `_text`, `_content` and `_query`. Of a component: on an element that the
   * composite's own expression selects.
   */
  readonly expression: string | null;
  /** Types that a reference may lead to; empty for other parameters. */
  readonly targets: readonly string[];
  /** Of a composite, in the order in which a search gives their values; empty for other parameters. */
  readonly components: readonly SearchParameter[];
}

interface Written {
  readonly url: string;
  readonly code: string;
  readonly type: string;
  readonly base: readonly string[];
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
}

const WRITTEN = data.parameters as readonly Written[];
const BY_URL: ReadonlyMap<string, Written> = new Map(WRITTEN.map((one) => [one.url, one]));

function read({ url, code, type, base, expression, target, component }: Written): SearchParameter {
  return {
    url,
    code,
    type: type as SearchParameterType,
    base,
    expression: expression ?? null,
    targets: target ?? [],
    components: (component ?? []).flatMap((part, i) => {
      const definition = BY_URL.get(part.definition);
      if (definition === undefined) return [];
      return [{ ...read(definition), code: `${code}$${i + 1}`, base, expression: part.expression }];
    }),
  };
}

const byType = new Map<string, ReadonlyMap<string, SearchParameter>>();

function parametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  const known = byType.get(type);
  if (known !== undefined) return known;
  if (!isResourceType(type)) return new Map();
  const bases = lineage(type);
  const found = new Map(
    WRITTEN.filter(({ base }) => base.some((one) => bases.includes(one))).map((one) => [one.code, read(one)]),
  );
  byType.set(type, found);
  return found;
}

/** R4's search parameters of a type, with those of Resource and DomainResource; none for what is no type. */
export function searchParametersOf(type: string): readonly SearchParameter[] {
  return [...parametersOf(type).values()];
}

/** One search parameter of a type by its code, such as `birthdate` or `_lastUpdated`; null when the type has none. */
export function searchParameter(type: string, code: string): SearchParameter | null {
  return parametersOf(type).get(code) ?? null;
}

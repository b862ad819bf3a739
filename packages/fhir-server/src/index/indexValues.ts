import { isJsonObject, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { expressionsFor } from "../definitions/expressionsFor.ts";
import {
  searchParametersOf,
  type SearchParameter,
  type SearchParameterType,
} from "../definitions/searchParameters.ts";
import { compileExpression, type Expression } from "./compileExpression.ts";
import { dates } from "./dates.ts";
import type { IndexContent, IndexValue } from "./indexValue.ts";
import type { Node } from "./node.ts";
import { textOf } from "./node.ts";
import { numbers, quantities } from "./quantities.ts";
import { positions } from "./positions.ts";
import { references } from "./references.ts";
import { strings } from "./strings.ts";
import { tokens } from "./tokens.ts";

/** A parameter that has no values because its expression failed on this resource; says nothing of its content. */
export interface IndexProblem {
  readonly param: string;
}

export interface Indexed {
  readonly values: readonly IndexValue[];
  readonly problems: readonly IndexProblem[];
}

type Extract = (resource: JsonObject) => readonly IndexValue[];

/** Set by fhirpath.js on what it has selected; a resource that brings it would be believed. */
const MARK = "__path__";

const compiled = new Map<string, readonly { readonly param: string; readonly extract: Extract }[]>();

/**
 * The values of all search parameters of a resource's type, `_id` and `_lastUpdated` included, by which a server finds it
 * (FHIR R4, search.html). The resource as `parseJson` gives it. Expressions are compiled when the first resource of a type comes. A
 * parameter whose expression fails has no values and is named in `problems`; nothing is thrown. Of what is no resource there are none.
 *
 * Linear in the size of the resource. `_text`, `_content` (see `indexWords`) and `_query` have no values.
 */
export function indexValues(resource: JsonObject): Indexed {
  const type = resource["resourceType"];
  const values: IndexValue[] = [];
  const problems: IndexProblem[] = [];
  if (typeof type !== "string") return { values, problems };
  const { [MARK]: _, ...plain } = resource;
  for (const { param, extract } of extractsOf(type)) {
    try {
      for (const value of extract(plain)) values.push(value);
    } catch {
      // Its message may quote the resource.
      problems.push({ param });
    }
  }
  return { values, problems };
}

function extractsOf(type: string): readonly { readonly param: string; readonly extract: Extract }[] {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const made = searchParametersOf(type).flatMap((parameter) => {
    const parts = expressionsFor(parameter, type).map((part) => compileExpression(part, null));
    if (parts.length === 0) return [];
    const select: Expression = (on, resource) => parts.flatMap((part) => part(on, resource));
    const extract = parameter.type === "composite" ? composite(parameter, select) : simple(parameter, select);
    return [{ param: parameter.code, extract }];
  });
  if (made.length > 0) compiled.set(type, made);
  return made;
}

function simple({ code: param, type }: SearchParameter, select: Expression): Extract {
  return (resource) =>
    select(resource, resource)
      .flatMap((node) => contents(type, node))
      .map((content, item) => ({ param, item, ...content }));
}

/** An element counts when it has all components; each of them may have several values, such as the codings of a concept. */
function composite({ components }: SearchParameter, select: Expression): Extract {
  const byPath = new Map<string, readonly Expression[]>();
  const expressionsAt = (path: string): readonly Expression[] => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    const made = components.map(({ expression }) => compileExpression(expression ?? "{}", path));
    byPath.set(path, made);
    return made;
  };
  return (resource) =>
    select(resource, resource)
      .map(({ value, path }) =>
        expressionsAt(path ?? "").map((expression, i) => {
          const nodes = isJsonObject(value) ? expression(value, resource) : [];
          return nodes.flatMap((node) => contents(components[i]?.type ?? "special", node));
        }),
      )
      .filter((parts) => parts.every((part) => part.length > 0))
      .flatMap((parts, item) =>
        parts.flatMap((part, i) =>
          part.map((content) => ({ param: components[i]?.code ?? "", item, ...content })),
        ),
      );
}

function contents(type: SearchParameterType, node: Node): readonly IndexContent[] {
  switch (type) {
    case "token":
      return tokens(node);
    case "string":
      return strings(node);
    case "date":
      return dates(node);
    case "number":
      return numbers(node);
    case "quantity":
      return quantities(node);
    case "reference":
      return references(node);
    case "uri": {
      const value = textOf(node.value);
      return value === null ? [] : [{ kind: "uri", value }];
    }
    case "special":
      return positions(node);
    case "composite":
      return [];
  }
}

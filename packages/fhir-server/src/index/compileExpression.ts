import fhirpath, { type Options } from "fhirpath";
import r4 from "fhirpath/fhir-context/r4";
import type { JsonObject, JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { Node } from "./node.ts";
import { refersTo } from "./references.ts";

/** Evaluates on a resource or, where a base was given, on an element of it. */
export type Expression = (on: JsonValue, resource: JsonObject) => readonly Node[];

/** What fhirpath.js hands out with `resolveInternalTypes: false`: its ResourceNode, or a boolean that an expression has computed. */
interface ResourceNode {
  readonly data: JsonValue;
  readonly fhirNodeDataType: string | null;
  readonly path: string | null;
}

const OPTIONS = {
  resolveInternalTypes: false,
  async: false,
  userInvocationTable: {
    refersTo: {
      fn: (references: readonly (ResourceNode | JsonValue)[], name: string) =>
        references.map((one) => refersTo(isNode(one) ? one.data : one, name)),
      arity: { 1: ["String"] },
    },
  },
} as unknown as Options;

const isNode = (value: ResourceNode | JsonValue): value is ResourceNode =>
  typeof value === "object" && value !== null && "fhirNodeDataType" in value;

/**
 * Compiles one of HL7's search expressions, changed in two ways: `resolve() is X` becomes a test of the reference's own words, since
 * an index cannot fetch; and `DateTime`, which R4 has in one place and is no type, becomes `dateTime`.
 *
 * Numbers stay as they were parsed (`JsonNumber`): search expressions select and never compute, and fhirpath.js hands on what it does not know.
 *
 * @param base path of the element on which it is evaluated; null: on the resource
 */
export function compileExpression(expression: string, base: string | null): Expression {
  const text = expression
    .replace(/resolve\(\) is ([A-Za-z]+)/g, "refersTo('$1')")
    .replaceAll("ofType(DateTime)", "ofType(dateTime)");
  const evaluate = fhirpath.compile(base === null ? text : { base, expression: text }, r4, OPTIONS) as (
    on: JsonValue,
    variables: { readonly resource: JsonObject },
  ) => readonly (ResourceNode | JsonValue)[];
  return (on, resource) =>
    evaluate(on, { resource }).map((one) =>
      isNode(one)
        ? { value: one.data, type: one.fhirNodeDataType, path: one.path }
        : { value: one, type: null, path: null },
    );
}

import { isJsonArray, isJsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { LoadedPackage } from "../validate/packages.ts";
import { validateResource } from "../validate/validateResource.ts";
import { jsonAnswer } from "./answers.ts";
import { requireType } from "./body.ts";
import type { FhirAnswer, FhirRequest } from "./exchange.ts";
import { outcomeText, type Issue } from "./outcome.ts";

const FINE: Issue = { severity: "information", code: "informational", diagnostics: "No issue was found." };

/** `Type/$validate` (FHIR R4, resource-operation-validate): the issues of a resource, which is not kept; `profile` is a parameter of the address or of the body. */
export function validate(
  packages: readonly LoadedPackage[],
  query: FhirRequest["query"],
  type: string,
  body: JsonValue,
): FhirAnswer {
  const { resource, profiles } =
    isJsonObject(body) && body["resourceType"] === "Parameters"
      ? parametersOf(body)
      : { resource: body, profiles: [] };
  const asked = query.flatMap(([name, value]) => (name === "profile" ? [value] : []));
  const issues = validateResource(requireType(resource, type), {
    packages,
    profiles: [...profiles, ...asked],
  });
  const shown = issues.map(({ expression, ...issue }): Issue => ({ ...issue, expression: [expression] }));
  return jsonAnswer(200, outcomeText(shown.length === 0 ? [FINE] : shown));
}

function parametersOf(body: { readonly [name: string]: JsonValue }): {
  readonly resource: JsonValue | undefined;
  readonly profiles: readonly string[];
} {
  const { parameter } = body;
  const given = isJsonArray(parameter) ? parameter.filter(isJsonObject) : [];
  const named = (name: string): readonly { readonly [name: string]: JsonValue }[] =>
    given.filter((one) => one["name"] === name);
  return {
    resource: named("resource")[0]?.["resource"],
    profiles: named("profile").flatMap((one) => {
      const uri = one["valueUri"] ?? one["valueCanonical"];
      return typeof uri === "string" ? [uri] : [];
    }),
  };
}

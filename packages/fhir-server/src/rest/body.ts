import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { fhirError } from "../errors/fhirError.ts";
import type { FhirRequest } from "./exchange.ts";

type Body = Pick<FhirRequest, "headers" | "body" | "parsed">;

const JSON_TYPES = new Set(["application/fhir+json", "application/json", "text/json"]);

/** The body as JSON. Throws `fhir-media-type`, `not-json`. */
export function jsonBody({ headers, body, parsed }: Body, types = JSON_TYPES): JsonValue {
  if (parsed !== undefined) return parsed;
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (!types.has(type.trim().toLowerCase())) {
    throw fhirError(
      "fhir-media-type",
      `This route takes ${[...types].join(", ")}.`,
      "Send JSON and name its media type.",
    );
  }
  const value = parseJson(body);
  requireCharacters(value);
  return value;
}

/** No NUL and no half of a surrogate pair, in names and values: FHIR's strings have none, and no database keeps them. Throws `fhir-malformed`. */
export function requireCharacters(value: JsonValue): void {
  if (typeof value === "string") {
    if (value.isWellFormed() && !value.includes("\0")) return;
    throw fhirError(
      "fhir-malformed",
      "A text is of Unicode characters without U+0000 (FHIR R4, datatypes, string).",
      "Leave the others out.",
    );
  }
  if (isJsonArray(value)) value.forEach(requireCharacters);
  else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      requireCharacters(name);
      requireCharacters(member);
    }
  }
}

/** The body as a resource of this type. Throws `fhir-malformed` besides. */
export function resourceBody(request: Body, type: string): JsonObject {
  return requireType(jsonBody(request), type);
}

export function requireType(value: JsonValue | undefined, type: string): JsonObject {
  if (isJsonObject(value) && value["resourceType"] === type) return value;
  throw fhirError(
    "fhir-malformed",
    "The body is a resource of the type that the route names.",
    "Correct `resourceType`, or the address.",
  );
}

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { fhirError } from "../errors/fhirError.ts";
import { applyJsonPatch } from "../resource/jsonPatch.ts";

/**
 * A JSON Patch: the list itself or, in a Bundle, which holds resources alone, a Binary with it (FHIR R4, http.html#patch). Throws `fhir-malformed`.
 */
export function jsonPatchOf(body: JsonValue): (present: JsonObject) => JsonObject {
  const patch = isJsonArray(body) ? body : inBinary(body);
  return (present) => applyJsonPatch(present, patch);
}

function inBinary(body: JsonValue): JsonValue {
  if (isJsonObject(body) && body["resourceType"] === "Binary" && typeof body["data"] === "string") {
    return parseJson(Uint8Array.from(atob(body["data"]), (c) => c.charCodeAt(0)));
  }
  throw fhirError(
    "fhir-malformed",
    "A patch is a JSON Patch; in a Bundle it is a Binary with contentType application/json-patch+json.",
    "Send it in that form.",
  );
}

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { fhirError } from "../errors/fhirError.ts";
import { applyJsonPatch } from "../resource/jsonPatch.ts";
import { requireCharacters } from "./body.ts";

/**
 * A JSON Patch: the list itself or, in a Bundle, which holds resources alone, a Binary with it (FHIR R4, http.html#patch). Throws `fhir-malformed`.
 */
export function jsonPatchOf(body: JsonValue): (present: JsonObject) => JsonObject {
  const patch = isJsonArray(body) ? body : inBinary(body);
  return (present) => applyJsonPatch(present, patch);
}

function inBinary(body: JsonValue): JsonValue {
  if (isJsonObject(body) && body["resourceType"] === "Binary" && typeof body["data"] === "string") {
    const patch = parseJson(bytesOf(body["data"]));
    requireCharacters(patch);
    return patch;
  }
  throw noPatch();
}

function bytesOf(base64: string): Uint8Array {
  const text = base64.replaceAll(/\s/g, "");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw noPatch();
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

function noPatch(): ReturnType<typeof fhirError<"fhir-malformed">> {
  return fhirError(
    "fhir-malformed",
    "A patch is a JSON Patch; in a Bundle it is a Binary with contentType application/json-patch+json.",
    "Send it in that form.",
  );
}

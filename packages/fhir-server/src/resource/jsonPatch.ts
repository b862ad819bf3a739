import {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  setMember,
  type JsonObject,
  type JsonValue,
} from "@anamnesis/fhir/json/jsonValue";
import { writeCanonicalJson } from "@anamnesis/fhir/json/writeJson";
import { fhirError } from "../errors/fhirError.ts";

/** Operations of one patch, at most. */
const MOST_OPERATIONS = 1000;

/**
 * Applies a JSON Patch (RFC 6902) and gives the changed copy. On values whose numbers are kept as they were written, which patch libraries would turn into floating point: an untouched
 * 1.00 stays 1.00. All or nothing.
 *
 * Throws `fhir-malformed` for what is no patch, `fhir-invalid` for an operation that cannot be done, a `test` that does not hold among them.
 */
export function applyJsonPatch(resource: JsonObject, patch: JsonValue): JsonObject {
  if (!isJsonArray(patch) || patch.length > MOST_OPERATIONS) throw malformed();
  let value: JsonValue = resource;
  for (const operation of patch) value = applyOne(value, operation);
  if (!isJsonObject(value)) throw failed();
  return value;
}

function applyOne(value: JsonValue, operation: JsonValue): JsonValue {
  if (!isJsonObject(operation)) throw malformed();
  const path = pointer(operation["path"]);
  switch (operation["op"]) {
    case "add":
      return set(value, path, given(operation), "add");
    case "replace":
      return set(value, path, given(operation), "replace");
    case "remove":
      return remove(value, path);
    case "move": {
      const from = pointer(operation["from"]);
      if (from.length < path.length && from.every((token, i) => token === path[i])) throw failed();
      const moved = get(value, from);
      return set(remove(value, from), path, moved, "add");
    }
    case "copy":
      return set(value, path, get(value, pointer(operation["from"])), "add");
    case "test":
      if (!equals(get(value, path), given(operation))) throw failed();
      return value;
    default:
      throw malformed();
  }
}

/** RFC 6901. */
function pointer(text: JsonValue | undefined): readonly string[] {
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/"))) throw malformed();
  return text
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function given(operation: JsonObject): JsonValue {
  const { value } = operation;
  if (value === undefined) throw malformed();
  return value;
}

function get(value: JsonValue, path: readonly string[]): JsonValue {
  let at = value;
  for (const token of path) {
    const next: JsonValue | undefined = isJsonArray(at)
      ? at[placeIn(at, token, false)]
      : isJsonObject(at) && Object.hasOwn(at, token)
        ? at[token]
        : undefined;
    if (next === undefined) throw failed();
    at = next;
  }
  return at;
}

/** `-` is the place behind the last one. */
function placeIn(list: readonly JsonValue[], token: string, behind: boolean): number {
  if (behind && token === "-") return list.length;
  const place = /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : -1;
  if (place < 0 || place > list.length - (behind ? 0 : 1)) throw failed();
  return place;
}

function set(value: JsonValue, path: readonly string[], next: JsonValue, how: "add" | "replace"): JsonValue {
  const [token, ...rest] = path;
  if (token === undefined) return next;
  if (isJsonArray(value)) {
    const place = placeIn(value, token, how === "add" && rest.length === 0);
    if (rest.length > 0) return value.with(place, set(value[place] ?? null, rest, next, how));
    return how === "add" ? value.toSpliced(place, 0, next) : value.with(place, next);
  }
  if (!isJsonObject(value)) throw failed();
  const there = Object.hasOwn(value, token);
  if (!there && (how === "replace" || rest.length > 0)) throw failed();
  const copy: Record<string, JsonValue> = { ...value };
  setMember(copy, token, rest.length === 0 ? next : set(value[token] ?? null, rest, next, how));
  return copy;
}

function remove(value: JsonValue, path: readonly string[]): JsonValue {
  const [token, ...rest] = path;
  if (token === undefined) throw failed();
  if (isJsonArray(value)) {
    const place = placeIn(value, token, false);
    return rest.length === 0
      ? value.toSpliced(place, 1)
      : value.with(place, remove(value[place] ?? null, rest));
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, token)) throw failed();
  const { [token]: member = null, ...others } = value;
  return rest.length === 0 ? others : { ...value, [token]: remove(member, rest) };
}

/** Numbers are equal when they are numerically (RFC 6902, section 4.6). */
function equals(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof JsonNumber && b instanceof JsonNumber) return Number(a.text) === Number(b.text);
  if (isJsonArray(a) && isJsonArray(b)) {
    return a.length === b.length && a.every((item, i) => equals(item, b[i] ?? null));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && equals(a[name] ?? null, b[name] ?? null))
    );
  }
  return writeCanonicalJson(a) === writeCanonicalJson(b);
}

function malformed(): ReturnType<typeof fhirError<"fhir-malformed">> {
  return fhirError(
    "fhir-malformed",
    `A patch is a list of at most ${MOST_OPERATIONS} operations of JSON Patch (RFC 6902).`,
    "Correct the patch; its media type is application/json-patch+json.",
  );
}

function failed(): ReturnType<typeof fhirError<"fhir-invalid">> {
  return fhirError(
    "fhir-invalid",
    "Each operation of a patch can be done, and each test in it holds.",
    "Read the resource and make the patch for its present version.",
  );
}

import {
  isJsonArray,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonValue,
} from "@anamnesis/fhir/json/jsonValue";

/** What an expression has selected: a part of the resource as it was parsed, so that numbers keep their precision. */
export interface Node {
  readonly value: JsonValue;
  /** Its type in FHIR, such as `CodeableConcept` or `dateTime`; null when the model does not know the element. */
  readonly type: string | null;
  /** Where it stands, such as `Observation.component`. */
  readonly path: string | null;
}

const NOTHING: JsonObject = {};

export const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : NOTHING);

export const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  isJsonArray(value) ? value : [];

/** A string that is not empty. */
export const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === "string" && value !== "" ? value : null;

export const numberText = (value: JsonValue | undefined): string | null =>
  value instanceof JsonNumber ? value.text : null;

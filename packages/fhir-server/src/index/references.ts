import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { isResourceType } from "../definitions/resourceTypes.ts";
import type { ReferenceContent } from "./indexValue.ts";
import { objectOf, textOf, type Node } from "./node.ts";

const TYPE_AND_ID =
  /^(?:(https?:\/\/[^?#]{1,2000})\/)?([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

export interface ParsedReference {
  readonly type: string | null;
  readonly id: string | null;
  readonly url: string | null;
}

/**
 * What the text of a Reference says by itself (FHIR R4, references.html#literal), without the version of the resource. Null for one
 * to a contained resource, which exists nowhere else.
 */
export function parseReference(text: string): ParsedReference | null {
  if (text.startsWith("#")) return null;
  const parts = TYPE_AND_ID.exec(text);
  const [, base, type = "", id = ""] = parts ?? [];
  if (parts === null || !isResourceType(type)) return { type: null, id: null, url: text };
  return { type, id, url: base === undefined ? null : `${base}/${type}/${id}` };
}

/** What `resolve() is X` comes to in an index, where nothing can be fetched: the reference's own words, text before `type`. */
export function refersTo(reference: JsonValue, name: string): boolean {
  const { reference: literal, type } = objectOf(reference);
  const text = textOf(literal);
  const parsed = text === null ? null : parseReference(text);
  return (parsed?.type ?? type) === name;
}

/** Values of a reference parameter (FHIR R4, search.html#reference). A canonical keeps its version. */
export function references({ value, type: kind }: Node): readonly ReferenceContent[] {
  if (typeof value === "string") return value === "" ? [] : [{ ...NOWHERE, url: value }];
  const { resourceType, id, reference, type, identifier } = objectOf(value);
  // A resource inside of a Bundle: the parameter is about the resource itself.
  if (kind !== "Reference" && typeof resourceType === "string") {
    return [{ ...NOWHERE, type: resourceType, id: textOf(id) }];
  }
  const literal = textOf(reference);
  const parsed = literal === null ? null : parseReference(literal);
  const identifierSystem = textOf(objectOf(identifier)["system"]);
  const identifierValue = textOf(objectOf(identifier)["value"]);
  if (parsed === null && identifierValue === null) return [];
  const { id: known = null, url = null } = parsed ?? {};
  return [
    {
      kind: "reference",
      type: parsed?.type ?? textOf(type),
      id: known,
      url,
      identifierSystem,
      identifierValue,
    },
  ];
}

const NOWHERE: ReferenceContent = {
  kind: "reference",
  type: null,
  id: null,
  url: null,
  identifierSystem: null,
  identifierValue: null,
};

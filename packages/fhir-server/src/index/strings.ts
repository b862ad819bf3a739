import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { folded } from "./folded.ts";
import type { StringContent } from "./indexValue.ts";
import { listOf, objectOf, textOf, type Node } from "./node.ts";

const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ["family", "given", "prefix", "suffix", "text"],
  Address: ["line", "city", "district", "state", "postalCode", "country", "text"],
};

/** Values of a string parameter (FHIR R4, search.html#string): each part of a name or an address is one. */
export function strings({ value, type }: Node): readonly StringContent[] {
  const parts = type !== null && Object.hasOwn(PARTS, type) ? PARTS[type] : undefined;
  if (parts === undefined) return string(value);
  const element = objectOf(value);
  return parts.flatMap((name) => {
    const part = element[name];
    return [...string(part), ...listOf(part).flatMap(string)];
  });
}

function string(value: JsonValue | undefined): readonly StringContent[] {
  const exact = textOf(value);
  return exact === null ? [] : [{ kind: "string", folded: folded(exact), exact }];
}

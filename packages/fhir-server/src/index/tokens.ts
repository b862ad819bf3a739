import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { folded } from "./folded.ts";
import type { TokenContent } from "./indexValue.ts";
import { listOf, numberText, objectOf, textOf, type Node } from "./node.ts";

const NO_TYPES: TokenContent["types"] = [];

function token(system: string | null, code: string | null, text: string | null): readonly TokenContent[] {
  if (system === null && code === null && text === null) return [];
  const shown = text === null ? null : folded(text);
  return [{ kind: "token", system, code, text: shown, types: NO_TYPES }];
}

function coding(value: JsonValue): readonly TokenContent[] {
  const { system, code, display } = objectOf(value);
  return token(textOf(system), textOf(code), textOf(display));
}

/** The text is a value of its own: `:text` finds it, and no code does. */
function concept(value: JsonValue): readonly TokenContent[] {
  const { coding: codings, text } = objectOf(value);
  return [...listOf(codings).flatMap(coding), ...token(null, null, textOf(text))];
}

function identifier(node: JsonValue): readonly TokenContent[] {
  const { system, value, type } = objectOf(node);
  const types = listOf(objectOf(type)["coding"]).flatMap((one) => {
    const { system: of, code } = objectOf(one);
    const known = textOf(code);
    return known === null ? [] : [{ system: textOf(of), code: known }];
  });
  return token(textOf(system), textOf(value), textOf(objectOf(type)["text"])).map((one) => ({
    ...one,
    types,
  }));
}

/**
 * Values of a token parameter (FHIR R4, search.html#token). A code has no system here, though its element's binding implies one;
 * neither has a contact point: its `system` is a means of contact.
 */
export function tokens({ value, type }: Node): readonly TokenContent[] {
  switch (type) {
    case "Coding":
      return coding(value);
    case "CodeableConcept":
      return concept(value);
    case "Identifier":
      return identifier(value);
    case "ContactPoint":
      return token(null, textOf(objectOf(value)["value"]), null);
    default:
      if (typeof value === "boolean") return token(null, String(value), null);
      return token(null, textOf(value) ?? numberText(value), null);
  }
}

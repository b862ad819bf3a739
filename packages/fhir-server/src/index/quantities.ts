import type { JsonObject, JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { rangeOfDecimal, type DecimalRange } from "./decimalRange.ts";
import type { NumberContent, QuantityContent } from "./indexValue.ts";
import { numberText, objectOf, textOf, type Node } from "./node.ts";

const CURRENCY = "urn:iso:std:iso:4217";

/** Values of a number parameter (FHIR R4, search.html#number). */
export function numbers({ value }: Node): readonly NumberContent[] {
  const range = rangeOf(value);
  return range === null ? [] : [{ kind: "number", ...range }];
}

/** Values of a quantity parameter (FHIR R4, search.html#quantity). R4 does not say what of SampledData is searched: nothing is. */
export function quantities({ value, type }: Node): readonly QuantityContent[] {
  const element = objectOf(value);
  const found = type === "Range" ? range(element) : type === "Money" ? money(element) : quantity(element);
  return found === null ? [] : [found];
}

function rangeOf(value: JsonValue | undefined): DecimalRange | null {
  const text = numberText(value);
  return text === null ? null : rangeOfDecimal(text);
}

const unitOf = ({ system, code, unit }: JsonObject): Pick<QuantityContent, "system" | "code" | "unit"> => ({
  system: textOf(system),
  code: textOf(code),
  unit: textOf(unit),
});

function quantity(element: JsonObject): QuantityContent | null {
  const known = rangeOf(element["value"]);
  if (known === null) return null;
  return { kind: "quantity", ...unitOf(element), value: known.value, ...sides(known, element["comparator"]) };
}

/** A comparator says that the true value lies somewhere beyond what is written. */
function sides(
  { value, low, high }: DecimalRange,
  comparator: JsonValue | undefined,
): Pick<QuantityContent, "low" | "high"> {
  switch (comparator) {
    case "<":
      return { low: null, high: value };
    case "<=":
      return { low: null, high };
    case ">":
      return { low: value, high: null };
    case ">=":
      return { low, high: null };
    default:
      return { low, high };
  }
}

function money({ value, currency }: JsonObject): QuantityContent | null {
  const known = rangeOf(value);
  const code = textOf(currency);
  if (known === null) return null;
  return { kind: "quantity", system: code === null ? null : CURRENCY, code, unit: code, ...known };
}

function range({ low, high }: JsonObject): QuantityContent | null {
  const from = rangeOf(objectOf(low)["value"]);
  const to = rangeOf(objectOf(high)["value"]);
  if (from === null && to === null) return null;
  const unit = unitOf(objectOf(from === null ? high : low));
  return { kind: "quantity", ...unit, value: null, low: from?.low ?? null, high: to?.high ?? null };
}

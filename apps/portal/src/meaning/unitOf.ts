import type { MeaningWords } from "../words/meaning.en.ts";
import { textOf, type Element } from "./readElement.ts";
import { UNITS } from "./tables/units.ts";

export interface Unit {
  /** UCUM or the source's own: by which units are compared. */
  readonly code: string;
  /** For professionals: "mmol/L". */
  readonly short: string;
  /** For patients, after a number: "millimoles per litre". */
  readonly spoken: (count: number) => string;
}

/** An annotation of UCUM, `{score}`, says what is counted and is no unit. */
const ANNOTATION_ALONE = /^[({][^)}]*[)}]$/;

/** The unit of a Quantity; `null` for a number without one. */
export function unitOf(quantity: Element | null, words: MeaningWords): Unit | null {
  const code = textOf(quantity, "code") ?? textOf(quantity, "unit");
  if (code === null || code === "1" || ANNOTATION_ALONE.test(code.trim())) return null;
  const known = UNITS.get(code) ?? UNITS.get(textOf(quantity, "unit") ?? "");
  if (known !== undefined)
    return { code, short: known.short, spoken: (count) => words.units[known.key](count) };
  const printed = (textOf(quantity, "unit") ?? code)
    .replace(/\{[^}]*\}/g, "")
    .replace(/\[([^\]]*)\]/g, "$1")
    .slice(0, 40)
    .trim();
  return printed === "" ? null : { code, short: printed, spoken: () => printed };
}

import type { MeaningWords } from "../words/meaning.en.ts";
import { conceptOf, hasCode } from "./conceptOf.ts";
import type { Locale } from "./locale.ts";
import { elementOf, elementsOf, numberTextOf, textOf, type Element } from "./readElement.ts";
import { tidyNumber } from "./tidyNumber.ts";
import { unitOf } from "./unitOf.ts";

/** A usual range, as its resource gives it; there are no others. */
export interface Range {
  readonly low: number | null;
  readonly high: number | null;
  /** "3.5 to 5.1", "130 or less", or the source's own words. */
  readonly text: string;
  /** Whether numbers can be held against it: ends in order, in the value's own unit. */
  readonly comparable: boolean;
}

/**
 * The range that applies, from `referenceRange`. Several that might apply (for an age, for a sex) are none: which of them is
 * meant cannot be told from the resource.
 */
export function rangeOf(
  observed: Element,
  unit: string | null,
  words: MeaningWords,
  locale: Locale,
): Range | null {
  const usual = elementsOf(observed, "referenceRange").filter((range) => {
    const type = conceptOf(elementOf(range, "type"));
    return type.codes.length === 0 || hasCode(type, "normal");
  });
  const [range, another] = usual;
  if (range === undefined || another !== undefined) return null;
  const [lowEnd, highEnd] = [elementOf(range, "low"), elementOf(range, "high")];
  const low = numberTextOf(lowEnd, "value");
  const high = numberTextOf(highEnd, "value");
  const given = textOf(range, "text")?.slice(0, 80) ?? null;
  const text = given === null ? sayRange(low, high, words, locale) : given.trim();
  if (text === null) return null;
  const sameUnit = [lowEnd, highEnd].every((end) => {
    const own = unitOf(end, words);
    return own === null || own.code === unit;
  });
  const [from, to] = [low === null ? null : Number(low), high === null ? null : Number(high)];
  const ordered = from === null || to === null ? from !== to : from <= to;
  return { low: from, high: to, text, comparable: sameUnit && ordered };
}

function sayRange(
  low: string | null,
  high: string | null,
  words: MeaningWords,
  locale: Locale,
): string | null {
  if (low !== null && high !== null)
    return words.values.between(tidyNumber(low, locale), tidyNumber(high, locale));
  if (low !== null) return words.values.above(tidyNumber(low, locale));
  return high === null ? null : words.values.below(tidyNumber(high, locale));
}

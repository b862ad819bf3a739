import type { MeaningWords } from "../words/meaning.en.ts";
import { conceptOf } from "./conceptOf.ts";
import { formatDate, type Locale } from "./locale.ts";
import { plainText } from "./plainText.ts";
import { booleanOf, elementOf, memberOf, numberTextOf, textOf, type Element } from "./readElement.ts";
import { tidyNumber } from "./tidyNumber.ts";
import { type Unit, unitOf } from "./unitOf.ts";
import { whenOfPeriod, whenOfText, type When } from "./when.ts";

/** What `value[x]` says. */
export interface SaidValue {
  readonly text: string;
  readonly short: string;
  readonly figure: string | null;
  readonly number: number | null;
  /** The number is the value itself, not a limit of it. */
  readonly exactly: boolean;
  readonly unit: Unit | null;
  /** There is no value; the text says why. */
  readonly missing: boolean;
}

/** The value of an observation or of a component of it, in words. */
export function saidValue(observed: Element, words: MeaningWords, locale: Locale): SaidValue {
  const quantity = elementOf(observed, "valueQuantity");
  const counted = quantity === null ? ofInteger(observed, locale) : ofQuantity(quantity, words, locale);
  if (counted !== null) return counted;
  const text = inWords(observed, words, locale);
  if (text !== null) return { ...PLAIN, text, short: text };
  const reason = absentReason(observed, words);
  return { ...PLAIN, text: reason, short: reason, missing: true };
}

const PLAIN = { figure: null, number: null, exactly: false, unit: null, missing: false } as const;

function ofQuantity(quantity: Element, words: MeaningWords, locale: Locale): SaidValue | null {
  const exact = numberTextOf(quantity, "value");
  if (exact === null) return null;
  const number = Number(exact);
  const unit = unitOf(quantity, words);
  // Blood pressure is read and said in whole numbers.
  const figure = tidyNumber(exact, locale, unit?.code === "mm[Hg]" ? 0 : undefined);
  const comparator = textOf(quantity, "comparator");
  const limited = comparator === null ? figure : limit(comparator, figure, words);
  return {
    text: unit === null ? limited : words.values.withUnit(limited, unit.spoken(number)),
    short: `${comparator === null ? "" : `${comparator} `}${figure}${unit === null ? "" : unit.short === "%" ? " %" : ` ${unit.short}`}`,
    figure: limited,
    number,
    exactly: comparator === null,
    unit,
    missing: false,
  };
}

function limit(comparator: string, figure: string, { values }: MeaningWords): string {
  switch (comparator) {
    case "<":
      return values.lessThan(figure);
    case "<=":
      return values.atMost(figure);
    case ">=":
      return values.atLeast(figure);
    case ">":
      return values.moreThan(figure);
    default:
      return figure;
  }
}

function ofInteger(observed: Element, locale: Locale): SaidValue | null {
  const exact = numberTextOf(observed, "valueInteger");
  if (exact === null) return null;
  const figure = tidyNumber(exact, locale);
  return {
    text: figure,
    short: figure,
    figure,
    number: Number(exact),
    exactly: true,
    unit: null,
    missing: false,
  };
}

function inWords(observed: Element, words: MeaningWords, locale: Locale): string | null {
  const coded = elementOf(observed, "valueCodeableConcept");
  if (coded !== null) return conceptOf(coded).text ?? findingWord(coded, words);
  const yes = booleanOf(observed, "valueBoolean");
  if (yes !== null) return yes ? words.values.yes : words.values.no;
  const date =
    whenOfText(textOf(observed, "valueDateTime")) ?? whenOfPeriod(memberOf(observed, "valuePeriod"));
  if (date !== null) return dayInWords(date, locale);
  const time = /^(\d{2}:\d{2})/.exec(textOf(observed, "valueTime") ?? "")?.[1];
  if (time !== undefined) return time;
  return ofRange(observed, words, locale) ?? ofRatio(observed, words, locale) ?? ofText(observed, words);
}

/** Result codes such as POS stand for themselves in many laboratories. */
function findingWord(coded: Element, words: MeaningWords): string | null {
  const { findings } = words.values;
  const code = conceptOf(coded).codes.find((one) => Object.hasOwn(findings, one.code))?.code;
  return code === undefined ? null : (findings[code] ?? null);
}

/** What a person wrote as a result may be short ("+", "2+", "O"): everything that is not empty is shown. */
function ofText(observed: Element, words: MeaningWords): string | null {
  const text = textOf(observed, "valueString");
  if (text !== null) return plainText(text) ?? text.trim().slice(0, 160);
  return memberOf(observed, "valueSampledData") === undefined ? null : words.values.recording;
}

function ofRange(observed: Element, words: MeaningWords, locale: Locale): string | null {
  const range = elementOf(observed, "valueRange");
  const [lowEnd, highEnd] = [elementOf(range, "low"), elementOf(range, "high")];
  const [low, high] = [numberTextOf(lowEnd, "value"), numberTextOf(highEnd, "value")];
  if (low === null && high === null) return null;
  const unit = unitOf(highEnd ?? lowEnd, words);
  const figure =
    low !== null && high !== null
      ? words.values.between(tidyNumber(low, locale), tidyNumber(high, locale))
      : low === null
        ? words.values.below(tidyNumber(high ?? "0", locale))
        : words.values.above(tidyNumber(low, locale));
  return unit === null ? figure : words.values.withUnit(figure, unit.spoken(Number(high ?? low)));
}

function ofRatio(observed: Element, words: MeaningWords, locale: Locale): string | null {
  const ratio = elementOf(observed, "valueRatio");
  const part = numberTextOf(elementOf(ratio, "numerator"), "value");
  const whole = numberTextOf(elementOf(ratio, "denominator"), "value");
  if (part === null || whole === null) return null;
  return words.values.ratio(tidyNumber(part, locale), tidyNumber(whole, locale));
}

function dayInWords({ precision, sort }: When, locale: Locale): string {
  const year = { year: "numeric" } as const;
  if (precision === "year") return formatDate(sort, { ...year, timeZone: "UTC" }, locale);
  if (precision === "month") return formatDate(sort, { ...year, month: "long", timeZone: "UTC" }, locale);
  const day = { ...year, month: "long", day: "numeric" } as const;
  return formatDate(sort, precision === "day" ? { ...day, timeZone: "UTC" } : day, locale);
}

function absentReason(observed: Element, words: MeaningWords): string {
  const reason = conceptOf(elementOf(observed, "dataAbsentReason"));
  const { absent } = words.values;
  const code = reason.codes.find((one) => Object.hasOwn(absent, one.code))?.code;
  return (code === undefined ? undefined : absent[code]) ?? reason.text ?? words.values.none;
}

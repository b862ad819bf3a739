import type { MeaningWords } from "../words/meaning.en.ts";
import { conceptOf, conceptsOf } from "./conceptOf.ts";
import { formatList, type Locale } from "./locale.ts";
import { plainText } from "./plainText.ts";
import {
  booleanOf,
  elementOf,
  elementsOf,
  memberOf,
  numberOf,
  numberTextOf,
  textOf,
  textsOf,
  type Element,
} from "./readElement.ts";
import { tidyNumber } from "./tidyNumber.ts";
import { unitOf } from "./unitOf.ts";

/** Elements of `timing.repeat` that this file can say. */
const SAID: ReadonlySet<string> = new Set([
  "boundsPeriod",
  "boundsDuration",
  "frequency",
  "frequencyMax",
  "period",
  "periodUnit",
  "when",
  "timeOfDay",
  "dayOfWeek",
]);

type Period = keyof MeaningWords["medicines"]["dose"]["periods"];

/**
 * How a medicine is taken, in words: "one in the morning". The text of who prescribed it counts first. `null` when there is none and the coded dose says anything that
 * cannot be put into words whole: half a dose instruction is worse than none.
 */
export function doseOf(instructions: readonly Element[], words: MeaningWords, locale: Locale): string | null {
  const said = ordered(instructions).map((one) => sayOne(one, words, locale));
  if (said.length === 0 || said.includes(null)) return null;
  const all = said.filter((one): one is string => one !== null);
  return all.reduce((first, next) => words.medicines.dose.after(first, next));
}

function ordered(instructions: readonly Element[]): readonly Element[] {
  return instructions.toSorted((a, b) => (numberOf(a, "sequence") ?? 0) - (numberOf(b, "sequence") ?? 0));
}

function sayOne(instruction: Element, words: MeaningWords, locale: Locale): string | null {
  const written =
    plainText(textOf(instruction, "text")) ?? plainText(textOf(instruction, "patientInstruction"));
  if (written !== null) return written.replace(/\.$/, "");
  const amount = sayAmount(instruction, words, locale);
  const timing = sayTiming(elementOf(instruction, "timing"), words, locale);
  if (amount === null || timing === null) return null;
  // A number of doses without a time, or a most of them, cannot be said with what is left.
  if (memberOf(instruction, "maxDosePerPeriod") !== undefined) return null;
  const needed = sayNeeded(instruction, words);
  const parts = [amount, ...timing, ...(needed === null ? [] : [needed])].filter((part) => part !== "");
  return parts.length === 0 ? null : withNotes(parts.join(" "), instruction, words);
}

/** "Take with food", "avoid alcohol": what goes along with the dose goes along with its words. */
function withNotes(said: string, instruction: Element, words: MeaningWords): string | null {
  const notes = conceptsOf(instruction, "additionalInstruction").map(({ text }) => text);
  if (notes.includes(null)) return null;
  return notes.reduce<string>(
    (sentence, note) =>
      note === null ? sentence : words.medicines.dose.note(sentence, note.replace(/\.$/, "")),
    said,
  );
}

/** Empty when no amount is given; `null` when it cannot be said. */
function sayAmount(instruction: Element, words: MeaningWords, locale: Locale): string | null {
  const doses = elementsOf(instruction, "doseAndRate");
  if (doses.length === 0) return "";
  const [dose] = doses;
  if (dose === undefined || doses.length > 1 || Object.keys(dose).some((name) => name.startsWith("rate")))
    return null;
  const range = elementOf(dose, "doseRange");
  if (range !== null) {
    const low = sayQuantity(elementOf(range, "low"), words, locale);
    const high = sayQuantity(elementOf(range, "high"), words, locale);
    return low === null || high === null ? null : words.medicines.dose.range(low, high);
  }
  return sayQuantity(elementOf(dose, "doseQuantity"), words, locale);
}

function sayQuantity(quantity: Element | null, words: MeaningWords, locale: Locale): string | null {
  const text = numberTextOf(quantity, "value");
  if (text === null || textOf(quantity, "comparator") !== null) return null;
  const number = Number(text);
  if (number <= 0) return null;
  const unit = unitOf(quantity, words);
  const { counts, half } = words.medicines.dose;
  if (unit !== null) {
    return words.values.withUnit(
      tidyNumber(text, locale),
      isCounted(quantity) ? unit.short.toLowerCase() : unit.short,
    );
  }
  if (number === 0.5) return half;
  return (Number.isInteger(number) ? counts[number] : undefined) ?? tidyNumber(text, locale);
}

/** Tablets, puffs, drops: units that are words already. */
function isCounted(quantity: Element | null): boolean {
  return /^[A-Za-z]{4,}$/.test(textOf(quantity, "unit") ?? "");
}

/** Empty when no timing is given; `null` when part of it cannot be said. */
function sayTiming(timing: Element | null, words: MeaningWords, locale: Locale): readonly string[] | null {
  if (timing === null) return [];
  const { dose } = words.medicines;
  const repeat = elementOf(timing, "repeat");
  if (repeat === null) {
    const code = conceptOf(elementOf(timing, "code"));
    const known = code.codes.find((one) => Object.hasOwn(dose.codes, one.code))?.code;
    const said = known === undefined ? code.text : (dose.codes[known] ?? null);
    return said === null ? null : [said];
  }
  if (Object.keys(repeat).some((name) => !SAID.has(name))) return null;
  // A course that ends on a day is no dose without an end.
  if (textOf(elementOf(repeat, "boundsPeriod"), "end") !== null) return null;
  const days = sayEach(textsOf(repeat, "dayOfWeek"), dose.days, locale);
  const moments = sayEach(textsOf(repeat, "when"), dose.when, locale);
  const often = sayOften(repeat, moments !== null && moments !== "", words);
  const times = textsOf(repeat, "timeOfDay").map((time) => time.slice(0, 5));
  const length = sayLength(repeat, words);
  if (days === null || moments === null || often === null || length === null) return null;
  const at = times.length === 0 ? "" : dose.timeOfDay(formatList(times, locale));
  return [often, days, moments, at, length].filter((part) => part !== "");
}

function sayEach(
  codes: readonly string[],
  table: Readonly<Record<string, string>>,
  locale: Locale,
): string | null {
  const said = codes.map((code) => (Object.hasOwn(table, code) ? (table[code] ?? null) : null));
  return said.includes(null)
    ? null
    : formatList(
        said.filter((one): one is string => one !== null),
        locale,
      );
}

/** @param atMoments "once a day in the morning" says "a day" for nothing. */
function sayOften(repeat: Element, atMoments: boolean, words: MeaningWords): string | null {
  const { dose } = words.medicines;
  const period = numberOf(repeat, "period");
  const unit = textOf(repeat, "periodUnit");
  const times = numberOf(repeat, "frequency") ?? (period === null ? null : 1);
  if (period === null && unit === null && times === null) return "";
  if (period === null || unit === null || times === null || !isPeriod(unit, words)) return null;
  if (!Number.isInteger(times) || times < 1 || period <= 0) return null;
  const most = numberOf(repeat, "frequencyMax");
  if (most !== null && most > times) return dose.timesRange(times, most, dose.periods[unit](period));
  if (times === 1 && unit === "d" && period === 1 && atMoments) return "";
  if (times === 1 && period !== 1) return dose.every[unit](period);
  return dose.times(times, dose.periods[unit](period));
}

function isPeriod(unit: string, words: MeaningWords): unit is Period {
  return Object.hasOwn(words.medicines.dose.periods, unit);
}

function sayLength(repeat: Element, words: MeaningWords): string | null {
  const bounds = elementOf(repeat, "boundsDuration");
  if (bounds === null) return "";
  const count = numberOf(bounds, "value");
  const unit = textOf(bounds, "code") ?? textOf(bounds, "unit") ?? "";
  return count === null || !isPeriod(unit, words) ? null : words.medicines.dose.length[unit](count);
}

function sayNeeded(instruction: Element, words: MeaningWords): string | null {
  const [reason] = conceptsOf(instruction, "asNeededCodeableConcept");
  if (reason?.text !== undefined && reason.text !== null) return words.medicines.dose.neededFor(reason.text);
  return booleanOf(instruction, "asNeededBoolean") === true || reason !== undefined
    ? words.medicines.dose.needed
    : null;
}

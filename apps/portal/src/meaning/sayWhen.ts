import type { MeaningWords } from "../words/meaning.en.ts";
import { formatDate, formatNearDay, localDay, type Locale } from "./locale.ts";
import { whenOfText, type When } from "./when.ts";

export interface SaidWhen {
  /** As a person says it: "yesterday, 09:41", "5 November", "November 2019". */
  readonly said: string;
  /** In full, for whoever wants it: "Saturday 21 November 2026 at 09:41:00 CET". */
  readonly exact: string;
}

const DAY_MS = 86_400_000;
const DAY = { day: "numeric", month: "long" } as const;
const TIME = { hour: "2-digit", minute: "2-digit" } as const;

/**
 * A time in words.
 *
 * @param now milliseconds since 1970.
 */
export function sayWhen(when: When | null, now: number, words: MeaningWords, locale: Locale): SaidWhen {
  if (when === null) return { said: words.when.notGiven, exact: words.when.notGiven };
  const start = sayStart(when, now, words, locale);
  const end = when.end === null ? null : whenOfText(when.end);
  if (end === null || dayIn(end, locale) <= dayIn(when, locale)) return start;
  const until = sayStart(end, now, words, locale);
  const days = { from: sayDay(when, now, locale), to: sayDay(end, now, locale) };
  return {
    said: days.from === days.to ? days.from : words.when.between(days.from, days.to),
    exact: words.when.between(start.exact, until.exact),
  };
}

function sayStart(when: When, now: number, words: MeaningWords, locale: Locale): SaidWhen {
  const day = sayDay(when, now, locale);
  if (when.precision !== "time") {
    return { said: day, exact: formatDate(when.sort, exactOptions(when), { ...locale, timeZone: "UTC" }) };
  }
  const exact = formatDate(when.sort, { dateStyle: "full", timeStyle: "long" }, locale);
  const near = Math.abs(localDay(when.sort, locale) - localDay(now, locale)) <= 1;
  return { said: near ? words.when.at(day, formatDate(when.sort, TIME, locale)) : day, exact };
}

/** A date without a time is the same day everywhere. */
function dayIn(when: When, locale: Locale): number {
  return when.precision === "time" ? localDay(when.sort, locale) : Math.floor(when.sort / DAY_MS);
}

function sayDay(when: When, now: number, locale: Locale): string {
  const zone = when.precision === "time" ? locale : { ...locale, timeZone: "UTC" };
  if (when.precision === "year") return formatDate(when.sort, { year: "numeric" }, zone);
  if (when.precision === "month") return formatDate(when.sort, { month: "long", year: "numeric" }, zone);
  const today = localDay(now, locale);
  const day = dayIn(when, locale);
  if (Math.abs(day - today) <= 1) return formatNearDay(day - today, locale);
  const sameYear = yearOf(day) === yearOf(today);
  return formatDate(when.sort, sameYear ? DAY : { ...DAY, year: "numeric" }, zone);
}

function yearOf(day: number): number {
  return new Date(day * DAY_MS).getUTCFullYear();
}

function exactOptions({ precision }: When): Intl.DateTimeFormatOptions {
  if (precision === "year") return { year: "numeric" };
  if (precision === "month") return { month: "long", year: "numeric" };
  return { dateStyle: "full" };
}

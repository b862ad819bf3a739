import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Exception, Purpose } from "@anamnesis/core/consent/terms";
import type { MeaningWords } from "../words/meaning.en.ts";
import { DATA_AREAS, DATA_KINDS } from "./areas.ts";
import { formatDate, formatList, type Locale } from "./locale.ts";
import type { Permission } from "./permission.ts";

const DAY_MS = 86_400_000;
const UTC = "UTC";

/** The nouns of some resource types: a kind of data that is whole by its own words, what is left of others one by one. */
export function nounsOf(resourceTypes: readonly string[], words: MeaningWords): readonly string[] {
  const left = new Set(resourceTypes);
  const nouns: string[] = [];
  for (const kind of DATA_KINDS) {
    const { segment, resourceTypes: whole } = DATA_AREAS[kind];
    if (segment !== "general" || !whole.every((type) => left.has(type))) continue;
    nouns.push(...words.dataKinds[kind].nouns);
    for (const type of whole) left.delete(type);
  }
  const others = [...left].toSorted().map((type) => {
    return Object.hasOwn(words.typeNouns, type)
      ? (words.typeNouns[type] ?? type)
      : words.access.otherType(type);
  });
  return [...nouns, ...others];
}

export function isEvery(resourceTypes: readonly string[]): boolean {
  return resourceTypes.length === 0 || resourceTypes.includes("*");
}

/** " since 2019", " from 5 May 2019 to 2021"; empty without a limit. */
export function sayPeriod(
  { dataFrom, dataTo }: Pick<Exception, "dataFrom" | "dataTo">,
  words: MeaningWords,
  locale: Locale,
): string {
  const from = dataFrom === null ? null : sayDay(dataFrom, "01-01", locale);
  const to = dataTo === null ? null : sayDay(dataTo, "12-31", locale);
  if (from !== null && to !== null) return words.access.fromTo(from, to);
  if (from !== null) return words.access.since(from);
  return to === null ? "" : words.access.upTo(to);
}

/** A year's first day as a start, and its last as an end, are said by the year. */
function sayDay(day: number, ofYear: string, locale: Locale): string {
  const ms = day * DAY_MS;
  const whole = new Date(ms).toISOString().slice(-19, -14) === ofYear;
  return formatDate(
    ms,
    { year: "numeric", ...(whole ? {} : { month: "long", day: "numeric" }), timeZone: UTC },
    locale,
  );
}

export function sayPurposes(
  purposes: readonly Purpose[],
  form: "yours" | "bare",
  words: MeaningWords,
  locale: Locale,
): string {
  return formatList(
    purposes.map((purpose) => words.purposes[purpose][form]),
    locale,
  );
}

/** 2200-01-01: a consent that lasts until then or longer has no end that anybody sees, and is said so. */
export const NO_END = (Date.UTC(2200, 0, 1) / 1000) as UnixSeconds;

/** ", from 1 May 2027, 09:00, until 21 May 2027"; midnight of a day ends the day before. */
export function sayWindow({ notBefore, notAfter }: Permission, words: MeaningWords, locale: Locale): string {
  const from = notBefore === null ? "" : words.access.from(sayMoment(notBefore, "start", locale, words));
  return (
    from +
    (notAfter >= NO_END
      ? words.access.untilStopped
      : words.access.until(sayMoment(notAfter, "end", locale, words)))
  );
}

const DATE = { year: "numeric", month: "long", day: "numeric" } as const;
const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

function sayMoment(seconds: number, side: "start" | "end", locale: Locale, words: MeaningWords): string {
  const ms = seconds * 1000;
  // Only digits are looked at, whatever the person's own digits are.
  const clock = formatDate(ms, TIME, { ...locale, tag: "en" });
  if (clock === "00:00") return formatDate(side === "end" ? ms - 60_000 : ms, DATE, locale);
  return words.when.at(formatDate(ms, DATE, locale), formatDate(ms, TIME, locale));
}

/** ", but never documents up to 2015"; empty without exceptions. */
export function sayExceptions(
  exceptions: readonly Exception[],
  form: "yours" | "bare",
  words: MeaningWords,
  locale: Locale,
): string {
  const { access } = words;
  const said = exceptions.map((exception) => {
    const [only, more] = exception.actions;
    const verb =
      only === undefined || more !== undefined ? null : only === "read" ? access.read : access.passOn;
    const what = isEvery(exception.resourceTypes)
      ? access.anything
      : formatList(nounsOf(exception.resourceTypes, words), locale);
    const why = sayPurposes(exception.purposes, form, words, locale);
    return access.exception(verb, what, sayPeriod(exception, words, locale), why);
  });
  return said.length === 0 ? "" : access.exceptions(formatList(said, locale));
}

/** Dates and numbers as people of a locale write them. Times are seconds since 1970, days are days since 1970. */
const locale = navigator.languages.find((language) => language.startsWith("en")) ?? "en";

const dayForm = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const utcDayForm = new Intl.DateTimeFormat(locale, {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const timeForm = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const exactForm = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
const relativeForm = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const listForm = new Intl.ListFormat(locale, { type: "conjunction" });

export function formatDate(seconds: number): string {
  return dayForm.format(seconds * 1000);
}

export function formatDay(day: number): string {
  return utcDayForm.format(day * 86_400_000);
}

/** "yesterday, 09:41" of the last week, else the date. */
export function formatWhen(seconds: number, now: number): string {
  const days = Math.round((startOfDay(seconds) - startOfDay(now)) / 86_400_000);
  const time = timeForm.format(seconds * 1000);
  return days > -7 && days <= 0
    ? `${relativeForm.format(days, "day")}, ${time}`
    : `${formatDate(seconds)}, ${time}`;
}

/** "09:41". */
export function formatTime(seconds: number): string {
  return timeForm.format(seconds * 1000);
}

/** To the second, with the zone: on demand. */
export function formatExact(seconds: number): string {
  return exactForm.format(seconds * 1000);
}

export function formatList(items: readonly string[]): string {
  return listForm.format(items);
}

/** "1,500". */
export function formatCount(count: number): string {
  return count.toLocaleString(locale);
}

function startOfDay(seconds: number): number {
  return new Date(seconds * 1000).setHours(0, 0, 0, 0);
}

export { locale };

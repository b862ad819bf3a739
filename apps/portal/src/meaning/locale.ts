/** How a person reads: language with its region, and where they are. */
export interface Locale {
  /** BCP 47, such as `en-GB`. */
  readonly tag: string;
  /** IANA time zone, such as `Europe/Madrid`. */
  readonly timeZone: string;
}

/** Making a formatter costs more than using it a hundred times; the same options give the same formatter. */
const made = new Map<string, unknown>();

function once<Made>(key: string, make: () => Made): Made {
  const found = made.get(key);
  if (found !== undefined) return found as Made;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

/** @param digits after the decimal point, always as many. */
export function formatNumber(value: number, digits: number, { tag }: Locale): string {
  return once(`number ${tag} ${digits}`, () => {
    const fractionDigits = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(tag, fractionDigits);
  }).format(value);
}

export function formatList(items: readonly string[], { tag }: Locale): string {
  return once(`list ${tag}`, () => new Intl.ListFormat(tag, { style: "long", type: "conjunction" })).format(
    items,
  );
}

export function formatUnit(value: number, unit: string, { tag }: Locale): string {
  return once(`unit ${tag} ${unit}`, () => {
    return new Intl.NumberFormat(tag, {
      style: "unit",
      unit,
      // The short form of bytes has no plural.
      unitDisplay: unit === "byte" ? "long" : "short",
      maximumFractionDigits: 1,
    });
  }).format(value);
}

/** @param options with `timeZone` where it is not the reader's: dates without a time are no moments, and read in UTC. */
export function formatDate(
  ms: number,
  options: Intl.DateTimeFormatOptions,
  { tag, timeZone }: Locale,
): string {
  const all = { timeZone, ...options };
  return once(`date ${tag} ${JSON.stringify(all)}`, () => new Intl.DateTimeFormat(tag, all)).format(ms);
}

/** "today", "yesterday", "tomorrow" in the reader's language. */
export function formatNearDay(days: number, { tag }: Locale): string {
  return once(`near ${tag}`, () => new Intl.RelativeTimeFormat(tag, { numeric: "auto" })).format(days, "day");
}

/** Days since 1970 of a moment, on the reader's calendar. */
export function localDay(ms: number, { timeZone }: Locale): number {
  const parts = once(`day ${timeZone}`, () => {
    return new Intl.DateTimeFormat("en", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      era: "short",
    });
  }).formatToParts(ms);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "1";
  const year = Number(part("year"));
  const date = new Date(0);
  date.setUTCFullYear(
    part("era").startsWith("B") ? 1 - year : year,
    Number(part("month")) - 1,
    Number(part("day")),
  );
  return Math.round(date.getTime() / 86_400_000);
}

/** Milliseconds since 1970, UTC. */
export interface DateRange {
  /** Included. */
  readonly from: number;
  /** Excluded. */
  readonly to: number;
}

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/**
 * The time that a date, dateTime or instant covers by its precision (FHIR R4, search.html#date): 2013 is the whole year, a minute
 * the whole minute. Fractions of a second count to the millisecond, outwards. A date has no time zone and is taken as UTC, and so
 * is a time without one. Null for a text that is none, or a day that the month has not.
 */
export function rangeOfDate(text: string): DateRange | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const [, year = "", month, day, hour, minute = "", second, fraction, zone] = parts;
  const start = startOf(Number(year), Number(month ?? 1), Number(day ?? 1));
  if (start === null) return null;
  if (month === undefined) return whole(start, startOf(Number(year) + 1, 1, 1));
  if (day === undefined) return whole(start, nextMonth(Number(year), Number(month)));
  if (hour === undefined) return { from: start, to: start + DAY };
  const offset = offsetOf(zone);
  if (offset === null || Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return null;
  const at = start + (Number(hour) * 60 + Number(minute)) * MINUTE + Number(second ?? 0) * SECOND - offset;
  if (second === undefined) return { from: at, to: at + MINUTE };
  if (fraction === undefined) return { from: at, to: at + SECOND };
  return { from: at + milliseconds(fraction, 0n), to: at + milliseconds(fraction, 1n) };
}

const whole = (from: number, to: number | null): DateRange | null => (to === null ? null : { from, to });

/** Null when there is no such day. `Date.UTC` takes years below 100 for those of the last century. */
function startOf(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.getTime();
}

function nextMonth(year: number, month: number): number | null {
  return month === 12 ? startOf(year + 1, 1, 1) : startOf(year, month + 1, 1);
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}

/** `.5` covers .5 to .6; the start rounded down and the end up to whole milliseconds. */
function milliseconds(fraction: string, add: bigint): number {
  const nanoseconds = (BigInt(fraction) + add) * 10n ** BigInt(9 - fraction.length);
  return Number((nanoseconds + (add === 0n ? 0n : 999_999n)) / 1_000_000n);
}

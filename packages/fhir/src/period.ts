/** Days since 1970-01-01 (UTC), both ends included; `null`: open on that side. */
export interface DaySpan {
  readonly from: number | null;
  readonly to: number | null;
}

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Days from 1970-01-01 to a calendar day; `null` when there is no such day. */
function dayNumber(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 86_400_000 : null;
}

/**
 * The days of a FHIR date, dateTime or instant (R4 datatypes, 2.24.0.1): a year or month widens to all its days, a
 * time with an offset is the day in UTC. `null` for anything that is no such text.
 */
export function daysOfDateTime(value: unknown): { readonly from: number; readonly to: number } | null {
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (match === null) return null;
  const [, y, m, d, hour, minute, second, zone] = match;
  const year = Number(y);
  if (m === undefined) return spanOf(dayNumber(year, 1, 1), dayNumber(year, 12, 31));
  const month = Number(m);
  if (d === undefined) {
    const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
    return spanOf(dayNumber(year, month, 1), next === null ? null : next - 1);
  }
  const day = dayNumber(year, month, Number(d));
  if (hour === undefined) return spanOf(day, day);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return null;
  const offset = offsetMinutes(zone);
  if (day === null || offset === null) return null;
  const utc = day + Math.floor((Number(hour) * 60 + Number(minute) - offset) / 1440);
  return spanOf(utc, utc);
}

/** R4 demands an offset with a time; a text without one is read as UTC. `null`: beyond ±14:00. */
function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  if (minutes > 14 * 60 || Number(zone.slice(4)) > 59) return null;
  return zone.startsWith("-") ? -minutes : minutes;
}

function spanOf(
  from: number | null,
  to: number | null,
): { readonly from: number; readonly to: number } | null {
  return from === null || to === null ? null : { from, to };
}

/**
 * The span from start to end; a missing side is open. An end before its start is a mistake in the source: both are kept as
 * the two ends, since a reversed span would lie inside every limit.
 */
export function periodSpan(start: unknown, end: unknown): DaySpan | null {
  const first = daysOfDateTime(start);
  const last = daysOfDateTime(end);
  if (first === null && last === null) return null;
  if (first === null || last === null) return { from: first?.from ?? null, to: last?.to ?? null };
  return { from: Math.min(first.from, last.from), to: Math.max(first.to, last.to) };
}

/** The smallest span that holds all given ones; `null` for none. */
export function joinSpans(spans: readonly DaySpan[]): DaySpan | null {
  if (spans.length === 0) return null;
  const froms = spans.map((span) => span.from);
  const tos = spans.map((span) => span.to);
  const from = froms.includes(null) ? null : Math.min(...(froms as number[]));
  const to = tos.includes(null) ? null : Math.max(...(tos as number[]));
  return { from, to };
}

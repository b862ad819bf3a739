import { type Trend, trendIdOf, trendsOf } from "../meaning/trendsOf.ts";
import type { Value } from "../meaning/valuesOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { locale, recordsOf } from "./useTimeline.ts";

/** Fewer values over time are no trend. */
const LEAST = 3;

const made = new WeakMap<readonly OpenedItem[], ReadonlyMap<string, Trend>>();

/** Values over time, by id, in the order of their names. Made once for the same list. */
export function trendsFor(items: readonly OpenedItem[]): ReadonlyMap<string, Trend> {
  const known = made.get(items);
  if (known !== undefined) return known;
  const trends = new Map(trendsOf(recordsOf(items), meaningEn, locale).map((trend) => [trend.id, trend]));
  made.set(items, trends);
  return trends;
}

/** What a value stands in over time; `null` when there are not enough of its analyte and unit. */
export function trendOf(value: Value, items: readonly OpenedItem[]): Trend | null {
  const id = trendIdOf(value);
  const trend = id === null ? undefined : trendsFor(items).get(id);
  return trend === undefined || trend.points.length < LEAST ? null : trend;
}

import type { MeaningWords } from "../words/meaning.en.ts";
import { chartOf } from "./chartOf.ts";
import { type Coded, LOINC, lookUp } from "./conceptOf.ts";
import type { Locale } from "./locale.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import type { Range } from "./rangeOf.ts";
import { LOINC_NAMES } from "./tables/loinc.ts";
import type { State } from "./stateOf.ts";
import type { Unit } from "./unitOf.ts";
import { type Value, valuesOf } from "./valuesOf.ts";
import type { When } from "./when.ts";

export interface TrendPoint {
  readonly when: When;
  readonly number: number;
  /** Diastolic of a blood pressure. */
  readonly second: number | null;
  readonly figure: string;
  readonly state: State | null;
  readonly range: Range | null;
  /** `key` of the items that tell it. */
  readonly from: string;
}

/** One analyte over time, for a chart. */
export interface Trend {
  /** Code and unit: the same each time. */
  readonly id: string;
  readonly name: string;
  readonly inSentence: string;
  readonly unit: Unit | null;
  /** Newest last. */
  readonly points: readonly TrendPoint[];
  /** The newest point's. */
  readonly range: Range | null;
  /** For who does not see the chart: "Potassium over five tests: 4.3, 4.2, … usual range 3.5 to 5.1". */
  readonly sentence: string;
}

/** As many points are read out; the chart shows all. */
const SPOKEN = 12;

/**
 * Numbers of the same code in the same unit as series, by name. Other codes and other units make other series, whatever they are called: a value is never
 * converted, and never drawn beside one that was measured otherwise. Values that are limits ("less than 5") are left out.
 */
export function trendsOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
  locale: Locale,
): readonly Trend[] {
  const series = new Map<string, { value: Value; points: TrendPoint[] }>();
  for (const { type, resource, key } of chartOf(records).items) {
    if (type !== "Observation" || !isResult(resource["status"])) continue;
    for (const value of valuesOf(resource, words, locale)) add(series, value, key);
  }
  const trends = [...series].map(([id, { value, points }]) => trendOf(id, value, points, words));
  return trends.toSorted((a, b) => a.name.localeCompare(b.name, locale.tag) || (a.id < b.id ? -1 : 1));
}

/** Cancelled and registered observations have no result. */
function isResult(status: unknown): boolean {
  return status !== "cancelled" && status !== "registered";
}

function add(series: Map<string, { value: Value; points: TrendPoint[] }>, value: Value, from: string): void {
  const { number, figure, when, exactly } = value;
  const id = trendIdOf(value);
  if (number === null || figure === null || when === null || id === null || !exactly) return;
  const point = { when, number, second: value.second, figure, state: value.state, range: value.range, from };
  const known = series.get(id);
  if (known === undefined) series.set(id, { value, points: [point] });
  else known.points.push(point);
}

/** Id of the trend that a value belongs to, by code and unit; `null`: it has no code by which it could be told apart. */
export function trendIdOf({ codes, unit }: Value): string | null {
  // Laboratories add codes of their own; by LOINC's the same analyte of two of them is one.
  const code = codes.find(({ system }) => system === LOINC) ?? codes.find(({ system }) => system !== null);
  return code === undefined ? null : `${code.system}|${code.code}|${unit?.code ?? ""}`;
}

function trendOf(id: string, value: Value, all: readonly TrendPoint[], words: MeaningWords): Trend {
  const sorted = all.toSorted((a, b) => a.when.sort - b.when.sort);
  // The same result from two organisations is one point.
  const points = sorted.filter(({ when, figure }, i) => {
    const before = sorted[i - 1];
    return before === undefined || before.when.sort !== when.sort || before.figure !== figure;
  });
  const range = points.at(-1)?.range ?? null;
  const { name, inSentence, unit } = value;
  return { id, name, inSentence, unit, points, range, sentence: sentenceOf(value, points, range, words) };
}

function sentenceOf(
  { inSentence, unit, codes }: Value,
  points: readonly TrendPoint[],
  range: Range | null,
  words: MeaningWords,
): string {
  const last = points.slice(-SPOKEN);
  const newest = last.at(-1);
  const spoken = newest === undefined || unit === null ? null : unit.spoken(newest.number);
  const usual = range?.text ?? null;
  if (newest !== undefined && last.length === 1) {
    const value = spoken === null ? newest.figure : words.values.withUnit(newest.figure, spoken);
    return words.trends.single(inSentence, value, usual);
  }
  const numbers = last.map(({ figure }) => figure);
  return words.trends.sentence(inSentence, last.length, isTest(codes), joined(numbers), spoken, usual);
}

function isTest(codes: readonly Coded[]): boolean {
  return lookUp({ codes, text: null }, LOINC_NAMES, LOINC)?.specimen !== "none";
}

/** Numbers one after the other; where a comma is the decimal sign, it does not part them too. */
function joined(numbers: readonly string[]): string {
  return numbers.join(numbers.some((number) => number.includes(",")) ? "; " : ", ");
}

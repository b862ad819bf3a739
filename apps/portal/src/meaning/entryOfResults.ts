import type { MeaningWords } from "../words/meaning.en.ts";
import { analyteOf } from "./analyteOf.ts";
import type { Chart, Item } from "./chartOf.ts";
import { conceptOf } from "./conceptOf.ts";
import { documentOf, isDocument } from "./documentsOf.ts";
import type { Happening } from "./happeningsOf.ts";
import type { Locale } from "./locale.ts";
import { elementOf, elementsOf } from "./readElement.ts";
import { summaryOf } from "./summaryOf.ts";
import type { Told } from "./told.ts";
import { type Value, valuesOf } from "./valuesOf.ts";
import { isOwn } from "./whoAndWhere.ts";

/** A laboratory's test with its values, in the order of its reports. */
export function tellResults(happening: Happening, chart: Chart, words: MeaningWords, locale: Locale): Told {
  const { items, specimen } = happening;
  const values = valuesInOrder(items, chart, words, locale);
  const documents = items.filter(isDocument).map((item) => documentOf(item, chart, words, locale));
  return {
    title: titleOfTest(happening, words),
    sentence: summaryOf({ values }, words, locale),
    area: items.every(({ kind }) => kind === "personal")
      ? "own"
      : specimen === "none"
        ? "measurements"
        : "laboratory",
    values,
    documents,
  };
}

function titleOfTest({ items, specimen }: Happening, words: MeaningWords): string {
  const { titles } = words;
  if (specimen === "blood") return titles.bloodTest;
  if (specimen === "urine") return titles.urineTest;
  if (specimen === "stool") return titles.stoolTest;
  const reports = items.filter(({ type }) => type === "DiagnosticReport");
  const [only, another] = reports.length > 0 ? reports : items;
  if (only === undefined || another !== undefined) return titles.laboratoryTest;
  const name = analyteOf(conceptOf(elementOf(only.resource, "code")), words)?.name;
  return name === undefined ? titles.laboratoryTest : words.capitalised(name);
}

/** What was measured by the patient or at no visit that is known. */
export function tellMeasurements(
  { items }: Happening,
  chart: Chart,
  words: MeaningWords,
  locale: Locale,
): Told {
  const values = valuesInOrder(items, chart, words, locale);
  const [only, another] = values;
  const own = items.every((item) => item.kind === "personal" || isOwn(item.resource, chart));
  const many = own ? words.titles.ownMeasurements : words.titles.measurements;
  return {
    title: only === undefined ? words.titles.measurement : another === undefined ? only.name : many,
    sentence: summaryOf({ values }, words, locale),
    area: own ? "own" : "measurements",
    values,
    documents: [],
  };
}

/** By the reports' order; the same result from two organisations once. */
export function valuesInOrder(
  items: readonly Item[],
  chart: Chart,
  words: MeaningWords,
  locale: Locale,
): readonly Value[] {
  const ordered = new Set<Item>();
  for (const report of items.filter(({ type }) => type === "DiagnosticReport")) {
    for (const reference of elementsOf(report.resource, "result")) {
      const result = chart.itemOf(reference, report.resource);
      if (result !== null && items.includes(result)) ordered.add(result);
    }
  }
  for (const item of items) if (item.type === "Observation") ordered.add(item);
  const once = new Map<string, Value>();
  for (const { resource, key } of ordered) {
    for (const [i, value] of valuesOf(resource, words, locale).entries()) {
      const code = value.codes[0];
      const same =
        code === undefined ? `${key} ${i}` : `${code.system}|${code.code}|${value.when?.sort}|${value.text}`;
      if (!once.has(same)) once.set(same, value);
    }
  }
  return [...once.values()];
}

import type { MeaningWords } from "../words/meaning.en.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { conceptOf, CVX, lookUp } from "./conceptOf.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { elementOf, numberTextOf, textOf } from "./readElement.ts";
import { VACCINES } from "./tables/vaccines.ts";
import { dayOf, newestFirst, type When, whenOf } from "./when.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

export interface Immunisation {
  readonly id: string;
  /** "Flu vaccine". */
  readonly name: string;
  /** "flu vaccine". */
  readonly inSentence: string;
  readonly technical: string | null;
  /** "dose 2"; `null` when it is not counted. */
  readonly dose: string | null;
  readonly given: boolean;
  readonly when: When | null;
  readonly who: string | null;
  readonly where: string | null;
  readonly items: readonly Item[];
}

/** Vaccines, newest first. The same vaccine noted twice for one day is one. */
export function immunisationsOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
): readonly Immunisation[] {
  const chart = chartOf(records);
  const found = new Map<string, Immunisation>();
  for (const item of chart.items) {
    if (item.type !== "Immunization") continue;
    const one = immunisationOf(item, chart, words);
    const line =
      one.when === null ? item.key : `${one.name}|${one.technical}|${dayOf(one.when)}|${one.given}`;
    const known = found.get(line);
    found.set(line, known === undefined ? one : { ...known, items: [...known.items, ...one.items] });
  }
  return [...found.values()].toSorted((a, b) => newestFirst(a.when, b.when));
}

/** What one Immunization says. */
export function immunisationOf(item: Item, chart: Chart, words: MeaningWords): Immunisation {
  const { resource } = item;
  const code = conceptOf(elementOf(resource, "vaccineCode"));
  const known = lookUp(code, VACCINES, CVX);
  const inSentence = known === null ? (code.text ?? words.titles.vaccine) : words.vaccines[known];
  const name = words.capitalised(inSentence);
  const protocol = elementOf(resource, "protocolApplied");
  const number =
    numberTextOf(protocol, "doseNumberPositiveInt") ??
    /^\d{1,2}$/.exec(textOf(protocol, "doseNumberString") ?? "")?.[0];
  return {
    id: item.key,
    name,
    inSentence,
    technical: code.text === name ? null : code.text,
    dose: number === undefined ? null : words.doseNumber(number),
    given: textOf(resource, "status") !== "not-done",
    when: whenOf(resource),
    ...whoAndWhere(resource, chart, words),
    items: [item],
  };
}

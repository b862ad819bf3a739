import type { MeaningWords } from "../words/meaning.en.ts";
import { areasOf } from "./areasOf.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { type Entry, sensitiveKind } from "./entry.ts";
import { tellOne } from "./entryOfOne.ts";
import { tellMeasurements, tellResults } from "./entryOfResults.ts";
import { tellVisit } from "./entryOfVisit.ts";
import { type Happening, happeningsOf } from "./happeningsOf.ts";
import type { Locale } from "./locale.ts";
import { orderElsewhere } from "./orderElsewhere.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { elementOf, textOf } from "./readElement.ts";
import { newestFirst, type When, whenOf } from "./when.ts";
import { nameOf, whoAndWhere } from "./whoAndWhere.ts";

const PRELIMINARY: ReadonlySet<string> = new Set(["preliminary", "registered", "partial"]);
const CORRECTED: ReadonlySet<string> = new Set(["amended", "corrected", "appended"]);

/**
 * What happened, newest first: one entry for each happening, however many resources tell of it. Never throws, whatever it is given. What has no date comes
 * last; of the same moment, the order is that of the ids.
 */
export function timelineOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
  locale: Locale,
): readonly Entry[] {
  const chart = chartOf(records);
  return happeningsOf(chart, words)
    .map((happening) => entryOf(happening, chart, words, locale))
    .toSorted((a, b) => newestFirst(a.when, b.when) || (a.id < b.id ? -1 : 1));
}

function entryOf(happening: Happening, chart: Chart, words: MeaningWords, locale: Locale): Entry {
  const { id, lead, items } = happening;
  const { area, ...told } = TELL[happening.form](happening, chart, words, locale);
  const preliminary = items.some((item) => isResult(item) && PRELIMINARY.has(statusOf(item)));
  const earlier = items.flatMap((item) => item.earlier);
  const corrected =
    earlier.length > 0 || items.some((item) => isResult(item) && CORRECTED.has(statusOf(item)));
  const { sentences } = words;
  const said = [
    preliminary ? sentences.notFinal : null,
    told.sentence,
    happening.form === "results" ? orderedElsewhere(lead, chart, words) : null,
    corrected ? sentences.corrected : null,
  ];
  const parts = said.filter((part) => part !== null);
  const own = whoAndWhere(lead.resource, chart, words);
  return {
    id,
    when: whenOfHappening(lead, items),
    ...told,
    sentence: parts.length === 0 ? null : parts.join(" "),
    areas: areasOf(area, happening, chart),
    where: own.where,
    who: happening.form === "results" ? (ordererOf(lead, chart, words) ?? own.who) : own.who,
    sensitive: sensitiveKind(lead.kind),
    preliminary,
    corrected,
    records: items.flatMap(({ record }) => record ?? []),
    resources: items.map(({ resource }) => resource),
    earlier,
  };
}

const TELL = {
  visit: tellVisit,
  results: tellResults,
  measurements: tellMeasurements,
  one: tellOne,
} as const;

function isResult({ type }: Item): boolean {
  return type === "Observation" || type === "DiagnosticReport";
}

function statusOf({ resource }: Item): string {
  return textOf(resource, "status") ?? "";
}

/** The lead's time; without one the first that another of its items has. */
function whenOfHappening(lead: Item, items: readonly Item[]): When | null {
  const own = whenOf(lead.resource);
  if (own !== null) return own;
  for (const { resource } of items) {
    const when = whenOf(resource);
    if (when !== null) return when;
  }
  return null;
}

/** Who ordered a test, in the words of whoever wrote the order. */
function orderedElsewhere(lead: Item, chart: Chart, words: MeaningWords): string | null {
  const order = orderElsewhere(lead, chart);
  if (order === null || order.authorName === null) return null;
  const requester = elementOf(order.resource, "requester");
  const who = requester === null ? null : nameOf(requester, order.resource, chart, words);
  // No organisation orders as the patient.
  if (who === null || who === words.you) return null;
  return words.sentences.orderedElsewhere(order.authorName, who);
}

/** Who ordered a test, when its order was opened too. */
function ordererOf(lead: Item, chart: Chart, words: MeaningWords): string | null {
  const order = chart.itemOf(elementOf(lead.resource, "basedOn"), lead.resource);
  return order?.type === "ServiceRequest" ? whoAndWhere(order.resource, chart, words).who : null;
}

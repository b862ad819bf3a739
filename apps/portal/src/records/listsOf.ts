import { allergiesOf } from "../meaning/allergiesOf.ts";
import type { Item } from "../meaning/chartOf.ts";
import { documentsOf } from "../meaning/documentsOf.ts";
import type { Entry, EntryArea } from "../meaning/entry.ts";
import { immunisationsOf } from "../meaning/immunisationsOf.ts";
import type { Locale } from "../meaning/locale.ts";
import { medicinesOf } from "../meaning/medicinesOf.ts";
import type { OpenedRecord } from "../meaning/openedRecord.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import type { When } from "../meaning/when.ts";
import type { Words } from "../words/useWords.tsx";
import type { MeaningWords } from "../words/meaning.en.ts";

export interface RecordLine {
  readonly id: string;
  readonly name: string;
  /** What has to be seen at once: an allergy that can be dangerous. */
  readonly alarm: string | null;
  /** Dose, date, place and person, as far as they are known. */
  readonly more: readonly string[];
  /** Id of the timeline's entry that it comes from. */
  readonly entry: string | null;
}

export type ListArea = Extract<EntryArea, "medicines" | "allergies" | "vaccines" | "documents">;

export interface RecordList {
  readonly area: ListArea;
  readonly lines: readonly RecordLine[];
  /** How many there were before, such as medicines that were stopped. */
  readonly earlier: number;
}

export interface ListsParameters {
  readonly records: readonly OpenedRecord[];
  /** The timeline of the same records. */
  readonly entries: readonly Entry[];
  readonly words: MeaningWords;
  readonly said: Words["lists"];
  readonly locale: Locale;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a patient's records hold of each kind: medicines now, allergies, vaccines, documents. One without lines and without earlier ones is an empty list. */
export function listsOf({
  records,
  entries,
  words,
  said,
  locale,
  now,
}: ListsParameters): readonly RecordList[] {
  const entryOf = new Map(entries.flatMap(({ id, resources }) => resources.map((one) => [one, id])));
  const date = (when: When | null): string | null =>
    when === null ? null : sayWhen(when, now, words, locale).said;
  const line = (
    { id, name, items }: { readonly id: string; readonly name: string; readonly items: readonly Item[] },
    alarm: string | null,
    more: readonly (string | null)[],
  ): RecordLine => ({
    id,
    name,
    alarm,
    more: more.filter((part) => part !== null),
    entry: items.map(({ resource }) => entryOf.get(resource)).find((entry) => entry !== undefined) ?? null,
  });
  const medicines = medicinesOf(records, words, locale);
  const allergies = allergiesOf(records, words, locale);
  // Beside an allergy, an old word that there is none says nothing.
  const known = allergies.current.filter(({ isNone }) => !isNone);
  return [
    {
      area: "medicines",
      lines: medicines.current.map((one) => {
        const since = date(one.since);
        return line(one, null, [
          one.state === "current" ? null : one.stateText,
          one.dose,
          since === null ? null : said.since(since),
          one.who ?? one.where,
        ]);
      }),
      earlier: medicines.earlier.length,
    },
    {
      area: "allergies",
      lines: (known.length > 0 ? known : allergies.current.slice(0, 1)).map((one) =>
        line(one, one.dangerous ? one.stateText : null, [
          one.dangerous ? null : one.stateText,
          one.reaction,
          date(one.since),
          one.who ?? one.where,
        ]),
      ),
      earlier: allergies.earlier.length,
    },
    {
      area: "vaccines",
      lines: immunisationsOf(records, words).map((one) =>
        line(one, null, [one.given ? null : said.notGiven, one.dose, date(one.when), one.where ?? one.who]),
      ),
      earlier: 0,
    },
    {
      area: "documents",
      lines: documentsOf(records, words, locale).map((one) =>
        line({ ...one, name: one.title }, null, [
          ...new Set(one.attachments.map(({ label }) => label)),
          date(one.when),
          one.who ?? one.where,
          one.replaced === 0 ? null : said.replaced(one.replaced),
        ]),
      ),
      earlier: 0,
    },
  ];
}

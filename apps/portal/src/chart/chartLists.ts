import { allergiesOf } from "../meaning/allergiesOf.ts";
import type { Item } from "../meaning/chartOf.ts";
import type { Attachment } from "../meaning/documentsOf.ts";
import { documentsOf } from "../meaning/documentsOf.ts";
import { immunisationsOf } from "../meaning/immunisationsOf.ts";
import type { Locale } from "../meaning/locale.ts";
import { medicinesOf } from "../meaning/medicinesOf.ts";
import type { OpenedRecord } from "../meaning/openedRecord.ts";
import { problemsOf } from "../meaning/problemsOf.ts";
import type { When } from "../meaning/when.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { Words } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import type { ListName } from "./lists.ts";

export interface ChartLine {
  readonly id: string;
  readonly name: string;
  readonly more: readonly (string | null)[];
  readonly alarm: string | null;
  readonly when: When | null;
  /** Who did or wrote it, as the source says; else who signed it. */
  readonly by: string | null;
  /** Of which it is made, the newest first. */
  readonly records: readonly string[];
  readonly attachments: readonly Attachment[];
}

export interface ChartList {
  readonly list: ListName;
  readonly title: string;
  readonly lines: readonly ChartLine[];
  /** What held before. */
  readonly earlier: readonly ChartLine[];
}

/** What several lists tell of something in the same way. */
interface Told {
  readonly id: string;
  readonly who: string | null;
  readonly where: string | null;
  readonly items: readonly Item[];
}

/**
 * What holds now, in the order in which a doctor wants to know it; results come from what happened (`resultsOf`).
 *
 * @param records of the items, as the meaning takes them.
 */
export function chartLists(
  items: readonly OpenedItem[],
  records: readonly OpenedRecord[],
  words: Pick<Words, "doctor" | "chart">,
  locale: Locale,
): readonly ChartList[] {
  const { doctor, chart } = words;
  const byRecord = new Map(items.map((item) => [item.record, item]));
  const lineOf = (
    told: Told,
    line: Pick<ChartLine, "name" | "more" | "when"> & Partial<ChartLine>,
  ): ChartLine => ({
    alarm: null,
    attachments: [],
    ...line,
    id: told.id,
    by: byOf(told, byRecord, words),
    records: told.items.flatMap(({ record }) => record ?? []),
  });
  const allergy = (one: ReturnType<typeof allergiesOf>["current"][number]): ChartLine =>
    lineOf(one, {
      name: one.name,
      more: [one.dangerous ? null : one.stateText, one.reaction],
      alarm: one.dangerous ? one.stateText : null,
      when: one.since,
    });
  const problem = (one: ReturnType<typeof problemsOf>["current"][number]): ChartLine =>
    lineOf(one, {
      name: one.technical ?? one.name,
      more: [one.technical === null ? null : one.name, one.state === "current" ? null : one.stateText],
      when: one.since,
    });
  const medicine = (one: ReturnType<typeof medicinesOf>["current"][number]): ChartLine =>
    lineOf(one, {
      name: one.name,
      more: [one.dose, one.state === "current" ? null : one.stateText],
      when: one.since,
    });
  const allergies = allergiesOf(records, meaningEn, locale);
  const problems = problemsOf(records, meaningEn);
  const medicines = medicinesOf(records, meaningEn, locale);
  return [
    {
      list: "allergies",
      title: doctor.allergies,
      lines: allergies.current.map(allergy),
      earlier: allergies.earlier.map(allergy),
    },
    {
      list: "problems",
      title: doctor.problems,
      lines: problems.current.map(problem),
      earlier: problems.earlier.map(problem),
    },
    {
      list: "medicines",
      title: doctor.medicines,
      lines: medicines.current.map(medicine),
      earlier: medicines.earlier.map(medicine),
    },
    {
      list: "vaccines",
      title: chart.vaccines,
      lines: immunisationsOf(records, meaningEn).map((one) =>
        lineOf(one, {
          name: one.name,
          more: [one.given ? null : chart.notGiven, one.dose],
          when: one.when,
        }),
      ),
      earlier: [],
    },
    {
      list: "documents",
      title: chart.documents,
      lines: documentsOf(records, meaningEn, locale).map((one) =>
        lineOf(one, { name: one.title, more: [], when: one.when, attachments: one.attachments }),
      ),
      earlier: [],
    },
  ];
}

function byOf(
  { who, where, items: [first] }: Told,
  byRecord: ReadonlyMap<string, OpenedItem>,
  { doctor, chart }: Pick<Words, "doctor" | "chart">,
): string | null {
  if (who !== null) return who === meaningEn.you ? doctor.patient : who;
  if (where !== null) return where;
  const item = byRecord.get(first?.record ?? "");
  if (item === undefined) return null;
  return item.byOwner ? doctor.patient : chart.signedBy(item.author ?? item.organisationName);
}

import { useMemo } from "react";
import { allergiesOf } from "../meaning/allergiesOf.ts";
import { medicinesOf } from "../meaning/medicinesOf.ts";
import { problemsOf } from "../meaning/problemsOf.ts";
import { locale, recordsOf } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";

export interface ChartList {
  readonly title: string;
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly more: readonly (string | null)[];
    readonly alarm: string | null;
  }[];
  /** How many there were before. */
  readonly earlier: number;
}

/** What holds now, in the order in which a doctor wants to know it: allergies, problems, medicines. */
export function useChartLists(items: readonly OpenedItem[]): readonly ChartList[] {
  const { doctor } = useWords();
  const records = recordsOf(items);
  return useMemo(() => {
    const medicines = medicinesOf(records, meaningEn, locale);
    const allergies = allergiesOf(records, meaningEn, locale);
    const problems = problemsOf(records, meaningEn);
    return [
      {
        title: doctor.allergies,
        lines: allergies.current.map(({ id, name, stateText, reaction, dangerous }) => ({
          id,
          name,
          more: [dangerous ? null : stateText, reaction],
          alarm: dangerous ? stateText : null,
        })),
        earlier: allergies.earlier.length,
      },
      {
        title: doctor.problems,
        lines: problems.current.map(({ id, name, technical }) => ({
          id,
          name: technical ?? name,
          more: technical === null ? [] : [name],
          alarm: null,
        })),
        earlier: problems.earlier.length,
      },
      {
        title: doctor.medicines,
        lines: medicines.current.map(({ id, name, dose, who }) => ({
          id,
          name,
          more: [dose, who],
          alarm: null,
        })),
        earlier: medicines.earlier.length,
      },
    ];
  }, [records, doctor]);
}

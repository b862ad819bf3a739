import type { DataPeriod } from "@anamnesis/core/consent/terms";
import { formatList, type Locale } from "../meaning/locale.ts";
import { sayPeriod } from "../meaning/sayTerms.ts";
import type { MeaningWords } from "../words/meaning.en.ts";
import type { Words } from "../words/useWords.tsx";
import type { ListState } from "./listState.ts";

/**
 * What is to be known of a list beside its rows: why there are none, or that there may be others.
 *
 * @param isEmpty it has no rows.
 * @returns `null`: the rows are all there are.
 */
export function sayListState(
  list: ListState,
  isEmpty: boolean,
  words: Pick<Words, "chart" | "kinds">,
  meaning: MeaningWords,
  locale: Locale,
): string | null {
  const { empty, more } = words.chart;
  switch (list.state) {
    case "opening":
      return isEmpty ? empty.opening : null;
    case "late":
      return isEmpty ? empty.late : null;
    case "failed":
      return isEmpty ? sayFailed(list, words) : sayPartFailed(list.silent, words, locale);
    case "withheld":
      if (!isEmpty) return more.part;
      return list.areas.length === 0
        ? empty.withheld
        : empty.withheldBut(
            formatList(
              list.areas.map((kind) => words.kinds[kind]),
              locale,
            ),
          );
    case "shared": {
      if (list.part) return isEmpty ? empty.nonePart : more.part;
      if (list.periods.length === 0) return isEmpty ? empty.none : null;
      const periods = sayPeriods(list.periods, meaning, locale);
      return isEmpty ? empty.noneSince(periods) : more.since(periods);
    }
  }
}

function sayFailed(
  { silent, tooFew }: Extract<ListState, { state: "failed" }>,
  { chart: { empty } }: Pick<Words, "chart">,
): string {
  if (tooFew) return empty.tooFew;
  return silent.length === 0 ? empty.refused : empty.silent(silent.join(", "));
}

function sayPartFailed(
  silent: readonly string[],
  { chart: { more } }: Pick<Words, "chart">,
  locale: Locale,
): string {
  return silent.length === 0 ? more.failed : more.silent(formatList(silent, locale));
}

/** "since 2019", "from 2010 to 2012 and since 2019". */
function sayPeriods(periods: readonly DataPeriod[], meaning: MeaningWords, locale: Locale): string {
  return formatList(
    periods.map((period) => sayPeriod(period, meaning, locale).trim()),
    locale,
  );
}

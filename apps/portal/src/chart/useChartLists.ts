import { useMemo } from "react";
import { locale, recordsOf } from "../timeline/useTimeline.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { type ChartList, chartLists } from "./chartLists.ts";

/** The lists of a chart, made once for the same items. */
export function useChartLists(items: readonly OpenedItem[]): readonly ChartList[] {
  const words = useWords();
  return useMemo(() => chartLists(items, recordsOf(items), words, locale), [items, words]);
}

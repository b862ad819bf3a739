import type { MeaningWords } from "../words/meaning.en.ts";
import { formatList, type Locale } from "./locale.ts";

const MOST = 4;

/** A list in words; of more than four items the first three, and how many more there are. */
export function shortList(items: readonly string[], words: MeaningWords, locale: Locale): string {
  if (items.length <= MOST) return formatList(items, locale);
  return formatList(
    [...items.slice(0, MOST - 1), words.sentences.moreItems(items.length - MOST + 1)],
    locale,
  );
}

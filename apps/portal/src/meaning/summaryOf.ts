import type { MeaningWords } from "../words/meaning.en.ts";
import { formatList, type Locale } from "./locale.ts";
import type { Value } from "./valuesOf.ts";

/** As many values that are outside are named; the others are counted. */
const NAMED = 3;

/**
 * The sentence under the title of a test: "14 values. Thirteen are in their usual range; potassium is a little low." It speaks of usual ranges only where the
 * results bring them or say how they stand, and says of how many that is so.
 */
export function summaryOf(
  entry: { readonly values: readonly Value[] },
  words: MeaningWords,
  locale: Locale,
): string | null {
  const { sentences } = words;
  const values = entry.values.filter(({ absent }) => absent === null || entry.values.length === 1);
  const [only] = values;
  if (only === undefined) return entry.values.length === 0 ? null : sentences.noneMeasured;
  if (values.length === 1) {
    return only.stateText === null
      ? sentences.single(only.inSentence, only.text)
      : sentences.singleState(only.inSentence, only.text, only.stateText);
  }
  const known = values.filter(({ state }) => state !== null);
  const outside = known.filter(({ state }) => state !== "usual");
  const usual = known.length - outside.length;
  if (known.length === 0) return sentences.noRanges(values.length);
  const said = outside.length === 0 ? null : sayOutside(outside, words, locale);
  if (known.length < values.length) return sentences.partlyKnown(values.length, known.length, usual, said);
  return said === null ? sentences.allUsual(values.length) : sentences.someUsual(values.length, usual, said);
}

/** The gravest first: they are the ones that are named. */
function sayOutside(outside: readonly Value[], words: MeaningWords, locale: Locale): string {
  const grave = ({ state }: Value): number =>
    state?.startsWith("very") || state?.startsWith("far") ? 2 : state?.startsWith("little") ? 0 : 1;
  const sorted = outside.toSorted((a, b) => grave(b) - grave(a));
  const named = sorted.slice(0, sorted.length === NAMED + 1 ? NAMED + 1 : NAMED);
  const clauses = named.map(({ inSentence, stateText }) =>
    words.sentences.valueIs(inSentence, stateText ?? ""),
  );
  const more = outside.length - named.length;
  return formatList(more === 0 ? clauses : [...clauses, words.sentences.moreOutside(more)], locale);
}

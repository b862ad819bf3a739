import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { formatDate, formatDay, formatList } from "../words/format.ts";
import type { Words } from "../words/useWords.tsx";
import { areasOf } from "./areas.ts";

export interface ShareTerms {
  readonly granteeName: string;
  readonly organisationName: string;
  readonly kinds: readonly SegmentKind[];
  readonly resourceTypes: readonly string[];
  readonly purposes: readonly string[];
  /** Days since 1970; `null`: all there is. */
  readonly dataFrom: number | null;
  readonly notAfter: number;
}

/** The one sentence that says what a share permits: while choosing, in the list, and in the doctor's banner. */
export function shareSentence(words: Words, terms: ShareTerms): string {
  const { granteeName, organisationName, dataFrom, notAfter } = terms;
  const who =
    granteeName === organisationName ? granteeName : words.sentence.at(granteeName, organisationName);
  const since = dataFrom === null ? "" : words.sentence.since(formatDay(dataFrom));
  const sensitive = terms.kinds
    .filter((kind) => kind !== "general")
    .map((kind) => words.kindsInSentence[kind]);
  return (
    words.sentence.permits(
      who,
      `${whatOf(words, terms)}${since}`,
      purposeOf(words, terms),
      formatDate(notAfter),
    ) +
    " " +
    (sensitive.length === 0 ? words.sentence.closed : words.sentence.open(formatList(sensitive)))
  );
}

/** "laboratory results, medicines and allergies". */
export function whatOf(words: Words, { resourceTypes }: Pick<ShareTerms, "resourceTypes">): string {
  const areas = areasOf(resourceTypes);
  if (areas === "everything") return words.sentence.everything;
  if (areas === null || areas.size === 0) return words.sentence.some;
  return formatList([...areas].map((area) => words.areas[area].toLowerCase()));
}

export function purposeOf(words: Words, { purposes }: Pick<ShareTerms, "purposes">): string {
  const known: Readonly<Record<string, string>> = words.looked.purposes;
  return formatList(purposes.map((purpose) => known[purpose] ?? purpose));
}

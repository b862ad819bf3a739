import type { Words } from "../words/useWords.tsx";
import type { OpenedRecords } from "../worker/protocol.ts";

/** What is missing of the records, a sentence for each kind of it; none: nothing is. */
export function missingOf(
  { gaps, refused, late }: Pick<OpenedRecords, "gaps" | "refused" | "late">,
  { gaps: said, lists }: Pick<Words, "gaps" | "lists">,
): readonly string[] {
  const silent = [...new Set(gaps.flatMap((gap) => gap.silent))];
  return [
    ...(gaps.length === 0
      ? []
      : [
          lists.save.what.gaps,
          gaps.some(({ code }) => code === "too-few-custodians") ? said.custodians : said.silent(silent),
        ]),
    ...(refused === 0 ? [] : [lists.save.what.refused(refused)]),
    ...(late.length === 0 ? [] : [lists.save.what.late(late.length)]),
  ];
}

import type { GrantingPatient } from "../worker/protocol.ts";
import { formatDate, formatDay, formatList } from "../words/format.ts";
import type { Words } from "../words/useWords.tsx";
import { purposeOf, whatOf } from "./shareSentence.ts";

/** What a doctor sees of a patient, in one sentence: "laboratory results since 2019, for your treatment, until …". */
export function scopeOf(words: Words, shares: GrantingPatient["shares"]): string {
  const first = shares.find(({ kind }) => kind === "general") ?? shares[0];
  if (first === undefined) return "";
  const since = first.dataFrom === null ? "" : words.sentence.since(formatDay(first.dataFrom));
  const sensitive = shares
    .filter(({ kind }) => kind !== "general")
    .map(({ kind }) => words.kindsInSentence[kind]);
  const also = sensitive.length === 0 ? "" : words.doctor.also(formatList(sensitive));
  return words.doctor.scope(
    `${whatOf(words, first)}${since}`,
    words.doctor.purposes[purposeWord(first.purposes)] ?? purposeOf(words, first),
    formatDate(first.notAfter),
    also,
  );
}

function purposeWord([purpose]: readonly string[]): keyof Words["doctor"]["purposes"] {
  return (purpose ?? "TREAT") as keyof Words["doctor"]["purposes"];
}

import { sayWhen } from "../meaning/sayWhen.ts";
import { whenOfText } from "../meaning/when.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { Words } from "../words/useWords.tsx";
import { ageOf } from "./ageOf.ts";
import type { ChartPatient } from "./patientOf.ts";

/** "68 years old, female, born 14 June 1958": two dates of birth tell people apart whom an age does not. */
export function aboutPerson({ birthDate, gender }: ChartPatient, words: Words): string {
  const now = new Date();
  const born = whenOfText(birthDate);
  return words.doctor.about({
    age: ageOf(birthDate, now),
    gender,
    born: born === null ? null : sayWhen(born, now.getTime(), meaningEn, locale).exact,
  });
}

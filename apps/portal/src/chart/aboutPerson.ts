import { formatDate } from "../meaning/locale.ts";
import { whenOfText } from "../meaning/when.ts";
import { locale } from "../timeline/useTimeline.ts";
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
    born: born === null ? null : formatDate(born.sort, FORMS[born.precision], { ...locale, timeZone: "UTC" }),
  });
}

/** As much as is known. A time of birth is said by its day. */
const DAY = { day: "numeric", month: "long", year: "numeric" } as const;
const FORMS = {
  year: { year: "numeric" },
  month: { month: "long", year: "numeric" },
  day: DAY,
  time: DAY,
} as const;

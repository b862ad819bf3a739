import type { MeaningWords } from "../words/meaning.en.ts";
import { allergyOf, isOver } from "./allergiesOf.ts";
import type { Chart, Item } from "./chartOf.ts";
import { documentOf, isDocument } from "./documentsOf.ts";
import type { Told } from "./told.ts";
import type { Happening } from "./happeningsOf.ts";
import { immunisationOf } from "./immunisationsOf.ts";
import type { Locale } from "./locale.ts";
import { shortList } from "./shortList.ts";
import { type Medicine, medicineOf } from "./medicinesOf.ts";
import { isNotDone, planOf, procedureOf } from "./procedureOf.ts";
import { isRefuted, problemOf } from "./problemsOf.ts";
import { titleOfVisit } from "./titleOfVisit.ts";
import { type Value, valuesOf } from "./valuesOf.ts";

/** A visit with what was found, done, given and planned in it. */
export function tellVisit(
  { lead, items }: Happening,
  chart: Chart,
  words: MeaningWords,
  locale: Locale,
): Told {
  const { title, reasons } = titleOfVisit(lead.resource, chart, words);
  const of = (...types: readonly string[]): readonly Item[] =>
    items.filter(({ type }) => types.includes(type));
  const values = of("Observation").flatMap(({ resource }) => valuesOf(resource, words, locale));
  const documents = items.filter(isDocument).map((item) => documentOf(item, chart, words, locale));
  const { sentences } = words;
  const list = (names: readonly string[]): string => shortList(names, words, locale);
  const clause = (
    names: readonly string[],
    say: (list: string, count: number) => string,
  ): readonly string[] => (names.length === 0 ? [] : [say(list([...new Set(names)]), new Set(names).size)]);
  const problems = of("Condition")
    .filter((item) => !isRefuted(item))
    .map((item) => problemOf(item, chart, words).name)
    .filter((name) => !title.endsWith(name) && !reasons.includes(name));
  const medicines = (...types: readonly string[]): readonly Medicine[] =>
    of(...types)
      .map((item) => medicineOf(item, chart, words, locale))
      .filter(({ state }) => state !== "not-taken" && state !== "proposed");
  const prescribed = medicines("MedicationRequest");
  const vaccines = of("Immunization").map((item) => immunisationOf(item, chart, words));
  const procedures = of("Procedure");
  const allergies = of("AllergyIntolerance")
    .filter((item) => !isOver(item))
    .map((item) => allergyOf(item, chart, words, locale).name);
  const parts = [
    ...clause(reasons, (said) => sentences.reason(said)),
    ...clause(problems, (said, count) => sentences.diagnoses(count, said)),
    ...sayMeasured(values, words),
    ...clause(
      withDoses(
        prescribed.filter(({ isFirst }) => isFirst),
        words,
      ),
      (said, count) => sentences.newMedicines(count, said),
    ),
    ...clause(
      withDoses(
        prescribed.filter(({ isFirst }) => !isFirst),
        words,
      ),
      (said) => sentences.prescribedAgain(said),
    ),
    ...clause(
      withDoses(medicines("MedicationStatement", "MedicationAdministration", "MedicationDispense"), words),
      (said, count) => sentences.medicines(count, said),
    ),
    ...clause(
      vaccines.filter(({ given }) => given).map(({ inSentence }) => inSentence),
      (said) => sentences.vaccinesGiven(said),
    ),
    ...clause(
      procedures.filter((item) => !isNotDone(item)).map((item) => procedureOf(item, words)),
      (said) => sentences.done(said),
    ),
    ...clause(
      [
        ...procedures.filter(isNotDone).map((item) => procedureOf(item, words)),
        ...vaccines.filter(({ given }) => !given).map(({ name }) => name),
      ],
      (said) => sentences.notDone(said),
    ),
    ...clause(allergies, (said, count) => sentences.allergiesNoted(count, said)),
    ...clause(
      of("CarePlan", "ServiceRequest")
        .filter((item) => !isNotDone(item))
        .map((item) => planOf(item, words)),
      (said) => sentences.planned(said),
    ),
  ];
  return { title, sentence: parts.length === 0 ? null : parts.join(" "), area: "visits", values, documents };
}

/** In a list of several, what belongs to which has to be seen. */
function withDoses(medicines: readonly Medicine[], { sentences }: MeaningWords): readonly string[] {
  const join = medicines.length === 1 ? sentences.nameAndDose : sentences.nameWithNote;
  return medicines.map(({ short, dose }) => (dose === null ? short : join(short, dose)));
}

function sayMeasured(values: readonly Value[], { sentences, analytes }: MeaningWords): readonly string[] {
  const present = values.filter(({ absent }) => absent === null);
  const [first] = present;
  if (first === undefined) return [];
  const pressure = present.some(({ inSentence }) => inSentence === analytes.bloodPressure);
  if (present.length === 1) return [sentences.measured(first.inSentence)];
  return [
    pressure
      ? sentences.measuredMore(analytes.bloodPressure, present.length - 1)
      : sentences.measuredSome(present.length),
  ];
}

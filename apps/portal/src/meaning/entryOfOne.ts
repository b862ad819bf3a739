import type { MeaningWords } from "../words/meaning.en.ts";
import { allergyOf, isOver } from "./allergiesOf.ts";
import type { Chart, Item } from "./chartOf.ts";
import { conceptOf, conceptsOf } from "./conceptOf.ts";
import { documentOf, isDocument } from "./documentsOf.ts";
import type { EntryArea } from "./entry.ts";
import { valuesInOrder } from "./entryOfResults.ts";
import type { Happening } from "./happeningsOf.ts";
import { immunisationOf } from "./immunisationsOf.ts";
import { formatList, type Locale } from "./locale.ts";
import { medicineOf, nameOfMedicine } from "./medicinesOf.ts";
import { plainText } from "./plainText.ts";
import { isRefuted, problemOf } from "./problemsOf.ts";
import { isNotDone, planOf, procedureOf } from "./procedureOf.ts";
import { elementOf, elementsOf, numberOf, textOf } from "./readElement.ts";
import { shortList } from "./shortList.ts";
import { summaryOf } from "./summaryOf.ts";
import type { Told } from "./told.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

type Tell = (
  item: Item,
  chart: Chart,
  words: MeaningWords,
  locale: Locale,
) => Omit<Told, "values" | "documents">;

/** What stands alone: a document, a vaccine, a medicine, a report of images. */
export function tellOne({ lead, items }: Happening, chart: Chart, words: MeaningWords, locale: Locale): Told {
  if (lead.type === "AllergyIntolerance" && items.length > 1)
    return tellAllergies(items, chart, words, locale);
  const tell = Object.hasOwn(TELL, lead.type) ? TELL[lead.type] : undefined;
  const values = valuesInOrder(items, chart, words, locale);
  const documents = items.filter(isDocument).map((item) => documentOf(item, chart, words, locale));
  const told = (tell ?? tellAnything)(lead, chart, words, locale);
  const area = lead.kind === "personal" ? "own" : told.area;
  return {
    ...told,
    area,
    sentence: told.sentence ?? summaryOf({ values }, words, locale),
    values,
    documents,
  };
}

const TELL: Readonly<Record<string, Tell>> = {
  Immunization: (item, chart, words) => {
    const { name, dose, given } = immunisationOf(item, chart, words);
    return of(
      given ? name : words.titles.notVaccinated(name),
      dose === null ? null : words.sentences.dose(dose),
      "vaccines",
    );
  },
  MedicationRequest: tellMedicine,
  MedicationStatement: tellMedicine,
  MedicationDispense: tellGiven,
  MedicationAdministration: tellGiven,
  AllergyIntolerance: (item, chart, words, locale) => {
    const { name, isNone, reaction, stateText } = allergyOf(item, chart, words, locale);
    const said = [stateText, reaction].flatMap((text) =>
      text === null ? [] : words.sentences.plain(words.capitalised(text)),
    );
    const title = isNone || name === words.titles.allergy ? name : words.titles.allergyTo(name);
    return of(title, said.length === 0 ? null : said.join(" "), "allergies");
  },
  Condition: (item, chart, words) => {
    const { name, state, stateText } = problemOf(item, chart, words);
    const known = name === words.titles.problem ? name : words.titles.problemOf(name);
    const title = isRefuted(item) ? words.titles.problemRuledOut(name) : known;
    return of(
      title,
      state === "current" ? null : words.sentences.plain(words.capitalised(stateText)),
      "visits",
    );
  },
  Procedure: (item, _chart, words) => {
    const name = procedureOf(item, words);
    const outcome = conceptOf(elementOf(item.resource, "outcome")).text;
    const title = isNotDone(item) ? words.titles.cancelled(name) : name;
    return of(title, outcome === null ? null : words.sentences.plain(outcome), "visits");
  },
  DiagnosticReport: (item, _chart, words) => {
    const name = conceptOf(elementOf(item.resource, "code")).text;
    const conclusion = plainText(textOf(item.resource, "conclusion"));
    const title = name === null ? words.titles.report : words.capitalised(name);
    return of(title, conclusion === null ? null : words.sentences.plain(conclusion), "documents");
  },
  ImagingStudy: (item, chart, words, locale) => {
    const count = numberOf(item.resource, "numberOfInstances");
    const { title } = documentOf(item, chart, words, locale);
    return of(title, count === null || count < 1 ? null : words.sentences.images(count), "documents");
  },
  DocumentReference: tellDocument,
  Composition: tellDocument,
  Media: tellDocument,
  ServiceRequest: (item, _chart, words) => {
    const name = planOf(item, words);
    return of(name === words.titles.order ? name : words.titles.orderOf(name), null, "visits");
  },
  CarePlan: (item, _chart, words, locale) => {
    const name = planOf(item, words);
    const steps = elementsOf(item.resource, "activity").flatMap((activity) => {
      return conceptOf(elementOf(elementOf(activity, "detail"), "code")).text ?? [];
    });
    const sentence = steps.length === 0 ? null : words.sentences.plain(shortList(steps, words, locale));
    return of(name === words.titles.plan ? name : words.titles.planOf(name), sentence, "visits");
  },
  Goal: (item, _chart, words) => {
    const goal = conceptOf(elementOf(item.resource, "description")).text;
    return of(words.titles.goal, goal === null ? null : words.sentences.plain(goal), "visits");
  },
  EpisodeOfCare: tellCase,
  FamilyMemberHistory: (item, _chart, words, locale) => {
    const names = elementsOf(item.resource, "condition").flatMap(
      (one) => conceptOf(elementOf(one, "code")).text ?? [],
    );
    return of(
      words.titles.family,
      names.length === 0 ? null : words.sentences.plain(shortList(names, words, locale)),
      "visits",
    );
  },
  QuestionnaireResponse: (_item, _chart, words) => of(words.titles.questionnaire, null, "documents"),
  Claim: tellBill,
  ClaimResponse: tellBill,
  ExplanationOfBenefit: tellBill,
  Appointment: (item, _chart, words) => {
    const what =
      plainText(textOf(item.resource, "description")) ??
      conceptOf(elementOf(item.resource, "serviceType")).text;
    const title =
      textOf(item.resource, "status") === "cancelled"
        ? words.titles.cancelled(words.titles.appointment)
        : words.titles.appointment;
    return of(title, what === null ? null : words.sentences.plain(what), "visits");
  },
  Flag: (item, _chart, words) => {
    const text = conceptOf(elementOf(item.resource, "code")).text;
    return of(text === null ? words.titles.warning : words.titles.warningOf(text), null, "visits");
  },
};

/** Several that were noted on one day. */
function tellAllergies(items: readonly Item[], chart: Chart, words: MeaningWords, locale: Locale): Told {
  const names = items.map((item) => {
    const { name, dangerous, stateText } = allergyOf(item, chart, words, locale);
    return stateText !== null && (dangerous || isOver(item))
      ? words.sentences.nameWithNote(name, stateText)
      : name;
  });
  const sentence = words.sentences.plain(formatList([...new Set(names)], locale));
  return { title: words.titles.allergies, sentence, area: "allergies", values: [], documents: [] };
}

function of(title: string, sentence: string | null, area: EntryArea): Omit<Told, "values" | "documents"> {
  return { title, sentence, area };
}

function tellMedicine(item: Item, chart: Chart, words: MeaningWords, locale: Locale): ReturnType<Tell> {
  const { short: name, dose, state, isFirst } = medicineOf(item, chart, words, locale);
  const { titles } = words;
  const begins =
    item.type === "MedicationRequest" && (state === "current" || state === "finished" || state === "stopped");
  const title =
    name === titles.medicine
      ? name
      : state === "proposed"
        ? titles.medicineProposed(name)
        : begins
          ? (isFirst ? titles.medicineStarted : titles.medicineAgain)(name)
          : titles.medicineTaken(name);
  const said = [dose, state === "paused" || state === "not-taken" ? words.medicines.states[state] : null];
  const parts = said.flatMap((part) => (part === null ? [] : words.sentences.dose(part)));
  return of(title, parts.length === 0 ? null : parts.join(" "), "medicines");
}

/** What was handed out or given once. */
function tellGiven(item: Item, chart: Chart, words: MeaningWords, locale: Locale): ReturnType<Tell> {
  const { short: name } = nameOfMedicine(item, chart, words, locale);
  return of(name === words.titles.medicine ? name : words.titles.medicineTaken(name), null, "medicines");
}

function tellDocument(item: Item, chart: Chart, words: MeaningWords, locale: Locale): ReturnType<Tell> {
  const { title, attachments } = documentOf(item, chart, words, locale);
  const description = plainText(textOf(item.resource, "description"));
  const [file] = attachments;
  const said =
    description !== null && words.capitalised(description) !== title ? description : (file?.label ?? null);
  return of(title, said === null ? null : words.sentences.plain(said), "documents");
}

function tellBill(_item: Item, _chart: Chart, words: MeaningWords): ReturnType<Tell> {
  return of(words.titles.bill, null, "documents");
}

/** In whose care somebody is or was; its days stand beside it as those of any entry. */
function tellCase({ resource }: Item, chart: Chart, words: MeaningWords): ReturnType<Tell> {
  const { titles, sentences, cases } = words;
  const { where } = whoAndWhere(resource, chart, words);
  const title = where === null ? titles.case : titles.caseAt(where);
  const status = textOf(resource, "status") ?? "";
  const about = conceptsOf(resource, "type").find(({ text }) => text !== null)?.text ?? null;
  const said = [about, Object.hasOwn(cases, status) ? cases[status as keyof typeof cases] : null];
  const parts = said.flatMap((text) => (text === null ? [] : sentences.plain(words.capitalised(text))));
  return of(title, parts.length === 0 ? null : parts.join(" "), "visits");
}

/** A type without words of its own: its code's or category's text, else a true general phrase. */
function tellAnything({ resource }: Item, _chart: Chart, words: MeaningWords): ReturnType<Tell> {
  const text =
    conceptOf(elementOf(resource, "code")).text ??
    conceptOf(elementOf(resource, "type")).text ??
    conceptsOf(resource, "category").find((category) => category.text !== null)?.text;
  return of(
    text === undefined || text === null ? words.titles.entry : words.capitalised(text),
    null,
    "visits",
  );
}

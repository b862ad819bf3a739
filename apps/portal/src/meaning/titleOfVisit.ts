import type { Resource } from "@anamnesis/fhir/resource";
import type { MeaningWords } from "../words/meaning.en.ts";
import type { Chart } from "./chartOf.ts";
import { conceptOf, conceptsOf, lookUp, SNOMED } from "./conceptOf.ts";
import { problemName } from "./problemsOf.ts";
import { elementOf, elementsOf, textOf } from "./readElement.ts";
import { VISITS } from "./tables/snomed.ts";
import { nameOf } from "./whoAndWhere.ts";

export interface VisitTitle {
  readonly title: string;
  /** The reasons that the title does not name. */
  readonly reasons: readonly string[];
}

/** HL7 v3 ActEncounterCode. */
const CLASSES: Readonly<Record<string, "emergency" | "stay" | "remote" | "atHome">> = {
  EMER: "emergency",
  IMP: "stay",
  ACUTE: "stay",
  NONAC: "stay",
  OBSENC: "stay",
  VR: "remote",
  HH: "atHome",
};

/** What kind of visit it was, in words: by its type, its class, its service, its place or its reason, whichever is known first. */
export function titleOfVisit(encounter: Resource, chart: Chart, words: MeaningWords): VisitTitle {
  const reasons = reasonsOf(encounter, chart, words);
  const [reason] = reasons;
  const { title, tellsReason } = ofKind(encounter, reason ?? null, chart, words);
  const status = textOf(encounter, "status");
  const said =
    status === "planned"
      ? words.titles.planned(title)
      : status === "cancelled"
        ? words.titles.cancelled(title)
        : title;
  return { title: said, reasons: tellsReason ? reasons.slice(1) : reasons };
}

function ofKind(
  encounter: Resource,
  reason: string | null,
  chart: Chart,
  words: MeaningWords,
): { readonly title: string; readonly tellsReason: boolean } {
  const { titles } = words;
  const types = conceptsOf(encounter, "type");
  const key = types.map((type) => lookUp(type, VISITS, SNOMED)).find((found) => found !== null) ?? null;
  const code = textOf(elementOf(encounter, "class"), "code") ?? "";
  const kind = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined;
  const general = key === null || key === "forSymptom" || key === "forProblem" || key === "practice";
  if (reason !== null && (kind === "emergency" || key === "emergency") && (general || key === "emergency")) {
    return { title: titles.emergencyFor(reason), tellsReason: true };
  }
  if (reason !== null && kind === "stay" && (general || key === "inHospital"))
    return { title: titles.stayFor(reason), tellsReason: true };
  if (kind !== undefined && general) return { title: titles[kind], tellsReason: false };
  if (key !== null && !general) return { title: words.visits[key], tellsReason: false };
  const place = elementsOf(encounter, "location").flatMap((one) => elementsOf(one, "location"))[0];
  const where = place === undefined ? null : nameOf(place, encounter, chart, words);
  const service = conceptOf(elementOf(encounter, "serviceType")).text;
  if (where !== null) return { title: titles.visitAt(where), tellsReason: false };
  if (service !== null) return { title: titles.visitFor(service), tellsReason: false };
  if (reason !== null) return { title: titles.visitFor(reason), tellsReason: true };
  if (key !== null) return { title: words.visits[key], tellsReason: false };
  const text = types.find((type) => type.text !== null)?.text ?? null;
  return { title: text === null ? titles.visit : titles.visitFor(text), tellsReason: false };
}

function reasonsOf(encounter: Resource, chart: Chart, words: MeaningWords): readonly string[] {
  const coded = conceptsOf(encounter, "reasonCode");
  const referenced = elementsOf(encounter, "reasonReference").map((reference) => {
    return conceptOf(elementOf(chart.resolve(reference, encounter), "code"));
  });
  return [...new Set([...coded, ...referenced].flatMap((concept) => problemName(concept, words) ?? []))];
}

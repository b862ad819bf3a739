import type { Resource } from "@anamnesis/fhir/resource";
import type { MeaningWords } from "../words/meaning.en.ts";
import type { Chart } from "./chartOf.ts";
import { elementOf, elementsOf, textOf, textsOf, type Element } from "./readElement.ts";
import { plainText } from "./plainText.ts";

export interface WhoAndWhere {
  readonly who: string | null;
  readonly where: string | null;
}

/** An element, or an element within a structure that may repeat. */
type Path = readonly [element: string, inner?: string];

/** Elements that name who did it, in the order of their weight. */
const PEOPLE: readonly Path[] = [
  ["performer"],
  ["performer", "actor"],
  ["participant", "individual"],
  ["participant", "actor"],
  ["requester"],
  ["author"],
  ["recorder"],
  ["asserter"],
  ["operator"],
  ["informationSource"],
  ["interpreter"],
  ["resultsInterpreter"],
  ["careManager"],
];

const PLACES: readonly Path[] = [
  ["serviceProvider"],
  ["location", "location"],
  ["location"],
  ["custodian"],
  ["performer", "onBehalfOf"],
  ["facility"],
  ["managingOrganization"],
  ["provider"],
];

const PEOPLE_TYPES: ReadonlySet<string> = new Set([
  "Practitioner",
  "PractitionerRole",
  "RelatedPerson",
  "Patient",
]);
const PLACE_TYPES: ReadonlySet<string> = new Set([
  "Organization",
  "Location",
  "HealthcareService",
  "CareTeam",
]);

/**
 * Who did what a resource tells, and where, by name. What it does not say itself, its visit says. A laboratory that is named as the performer is
 * a place. Only those are named of whom a name is known.
 */
export function whoAndWhere(resource: Resource, chart: Chart, words: MeaningWords): WhoAndWhere {
  const own = ofOne(resource, chart, words);
  if (own.who !== null && own.where !== null) return own;
  const visit = chart.resolve(encounterOf(resource), resource);
  if (visit === null || textOf(visit, "resourceType") !== "Encounter") return own;
  const its = ofOne(visit as Resource, chart, words);
  const samePlace = own.where === null || own.where === its.where;
  return { who: own.who ?? (samePlace ? its.who : null), where: own.where ?? its.where };
}

/** The reference to the visit in which something was done or written. */
export function encounterOf(resource: Resource): Element | null {
  return elementOf(resource, "encounter") ?? elementOf(elementOf(resource, "context"), "encounter");
}

/** Whether the patient or a relative made this: own measurements, not a professional's. */
export function isOwn(resource: Resource, chart: Chart): boolean {
  const performers = referencesAt(resource, ["performer"]);
  return (
    performers.length > 0 &&
    performers.every((reference) =>
      ["Patient", "RelatedPerson"].includes(typeOf(reference, resource, chart) ?? ""),
    )
  );
}

function ofOne(resource: Resource, chart: Chart, words: MeaningWords): WhoAndWhere {
  let who: string | null = null;
  let where: string | null = null;
  for (const path of PEOPLE) {
    for (const reference of referencesAt(resource, path)) {
      if (who !== null && where !== null) break;
      const type = typeOf(reference, resource, chart);
      if (type !== null && PLACE_TYPES.has(type)) where ??= nameOf(reference, resource, chart, words);
      else if (type === null || PEOPLE_TYPES.has(type)) who ??= nameOf(reference, resource, chart, words);
    }
  }
  for (const path of PLACES) {
    if (where !== null) break;
    for (const reference of referencesAt(resource, path)) where ??= nameOf(reference, resource, chart, words);
  }
  return { who, where };
}

function referencesAt(resource: Resource, [first, next]: Path): readonly Element[] {
  if (resource[first] === undefined) return [];
  const found = elementsOf(resource, first);
  return next === undefined
    ? found.filter((reference) => reference["reference"] !== undefined || reference["display"] !== undefined)
    : found.flatMap((inner) => elementsOf(inner, next));
}

function typeOf(reference: Element, from: Resource, chart: Chart): string | null {
  const target = chart.resolve(reference, from);
  const given = textOf(target, "resourceType") ?? textOf(reference, "type");
  return (
    given ??
    /(?:^|\/)([A-Z][A-Za-z]+)\/[^/]+$/.exec(textOf(reference, "reference")?.slice(0, 500) ?? "")?.[1] ??
    null
  );
}

/** The name behind a Reference, as the source gives it; `null` when nothing that was opened gives one. */
export function nameOf(reference: Element, from: Resource, chart: Chart, words: MeaningWords): string | null {
  const target = chart.resolve(reference, from);
  const type = typeOf(reference, from, chart);
  if (type === "Patient") return words.you;
  if (type === "PractitionerRole" && target !== null) {
    const person = elementOf(target, "practitioner");
    return personName(chart.resolve(person, from)) ?? calm(plainText(person?.["display"]));
  }
  return personName(target) ?? placeName(target) ?? calm(plainText(reference["display"]));
}

function personName(target: Element | null): string | null {
  const names = elementsOf(target, "name");
  const name = names.find((one) => textOf(one, "use") === "official") ?? names[0];
  if (name === undefined) return null;
  const parts = [...textsOf(name, "prefix"), ...textsOf(name, "given"), ...textsOf(name, "family")];
  return calm(plainText(textOf(name, "text")) ?? plainText(parts.join(" ")));
}

function placeName(target: Element | null): string | null {
  return calm(plainText(textOf(target, "name")));
}

const SMALL_WORDS: ReadonlySet<string> = new Set([
  "OF",
  "AND",
  "THE",
  "FOR",
  "AT",
  "IN",
  "DE",
  "LA",
  "DEL",
  "DER",
  "DIE",
  "UND",
]);

/** A name that is written in capitals throughout reads as shouted: its words get one capital each. Short words may be initials and stay. */
function calm(name: string | null): string | null {
  if (name === null || name.length < 6 || /\p{Ll}/u.test(name) || !/\p{Lu}{4}/u.test(name)) return name;
  return name.replace(/[\p{L}'’]+/gu, (word, at: number) => {
    if (SMALL_WORDS.has(word))
      return at === 0 ? word.slice(0, 1) + word.slice(1).toLowerCase() : word.toLowerCase();
    return word.length <= 2 ? word : word.slice(0, 1) + word.slice(1).toLowerCase();
  });
}

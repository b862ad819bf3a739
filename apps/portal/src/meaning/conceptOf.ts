import { elementsOf, textOf, type Element } from "./readElement.ts";
import { plainText } from "./plainText.ts";

export interface Coded {
  readonly system: string | null;
  readonly code: string;
}

/** What a CodeableConcept, a Coding or a text says: codes for tables, a readable text for all else. */
export interface Concept {
  readonly codes: readonly Coded[];
  /** As the source says it, when a person can read it. */
  readonly text: string | null;
}

const NOTHING: Concept = { codes: [], text: null };

/** Concepts that were read: one is asked for its area, its name and its table in turn. Gone with the resource that it belongs to. */
const read = new WeakMap<Element, Concept>();

/** Reads a CodeableConcept. The person's text counts before a code system's display; a text that only repeats a code is none. */
export function conceptOf(value: Element | null): Concept {
  if (value === null) return NOTHING;
  const known = read.get(value);
  if (known !== undefined) return known;
  const concept = readConcept(value);
  read.set(value, concept);
  return concept;
}

function readConcept(value: Element): Concept {
  const codings = elementsOf(value, "coding");
  const all = codings.length === 0 ? [value] : codings;
  const codes = all.flatMap((coding) => {
    const code = textOf(coding, "code");
    return code === null ? [] : [{ system: textOf(coding, "system"), code: code.trim() }];
  });
  const texts = [textOf(value, "text"), ...all.map((coding) => textOf(coding, "display"))];
  const isCode = (text: string): boolean => codes.some(({ code }) => code === text);
  const text = texts.map(plainText).find((candidate) => candidate !== null && !isCode(candidate));
  return { codes, text: text ?? null };
}

/** The concepts of an element that may repeat. */
export function conceptsOf(value: unknown, name: string): readonly Concept[] {
  return elementsOf(value, name).map(conceptOf);
}

/** The first of the concept's codes that a table knows. */
export function lookUp<Found>(
  concept: Concept,
  table: ReadonlyMap<string, Found>,
  system: string,
): Found | null {
  for (const { code, system: given } of concept.codes) {
    const found = given === system ? table.get(code) : undefined;
    if (found !== undefined) return found;
  }
  return null;
}

export function hasCode(concept: Concept, ...codes: readonly string[]): boolean {
  return concept.codes.some(({ code }) => codes.includes(code));
}

export const LOINC = "http://loinc.org";
export const SNOMED = "http://snomed.info/sct";
export const CVX = "http://hl7.org/fhir/sid/cvx";
export const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";

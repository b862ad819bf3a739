import type { MeaningWords } from "../words/meaning.en.ts";
import { type Concept, LOINC, lookUp } from "./conceptOf.ts";
import { LOINC_NAMES, type AnalyteKey, type Specimen } from "./tables/loinc.ts";

/** What was measured or asked, in words. */
export interface Analyte {
  /** As within a sentence: "potassium". */
  readonly name: string;
  readonly known: AnalyteKey | null;
  readonly specimen: Specimen | null;
}

/** LOINC's long names end with what a person need not read: property, "in" the specimen, "by" the method. */
const PROPERTY = /\s*\[[^\]]*\]/g;
const SPECIMEN =
  /\s+(?:in|of)\s+(?:arterial |venous |capillary |mixed venous |whole |dried |cord |peripheral )*(?:blood|serum|plasma|urine|stool|red blood cells|rbc|body fluid|cerebral spinal fluid|saliva|sputum)\b.*$/i;
const METHOD = /\s+(?:by|using)\s+.*$/i;
const REPORTED = /\s+-\s+(?:reported|measured|estimated|stated)$/i;

/** The name of an observation or of a part of it: from the table, else the source's text, made shorter; `null` when there is none to read. */
export function analyteOf(concept: Concept, words: MeaningWords): Analyte | null {
  const known = lookUp(concept, LOINC_NAMES, LOINC);
  if (known !== null) return { name: words.analytes[known.key], known: known.key, specimen: known.specimen };
  if (concept.text === null) return null;
  return { name: shorterName(concept.text), known: null, specimen: specimenIn(concept.text) };
}

function shorterName(text: string): string {
  const short = text
    .replace(PROPERTY, "")
    .replace(SPECIMEN, "")
    .replace(METHOD, "")
    .replace(REPORTED, "")
    .replace(/^([\p{L}]+)\.([\p{L}]+)$/u, "$1, $2")
    .trim();
  return /\p{L}{2}/u.test(short) ? short : text;
}

/** What was examined, where LOINC's long name says it. */
export function specimenIn(text: string): Specimen | null {
  if (/\b(?:in|of|-)\s+(?:\w+ ){0,2}(?:blood|serum|plasma|red blood cells|rbc)\b/i.test(text)) return "blood";
  if (/\burine\b/i.test(text)) return "urine";
  return /\bstool\b/i.test(text) ? "stool" : null;
}

import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { MeaningWords } from "../words/meaning.en.ts";
import { SENSITIVE_AREAS } from "./areas.ts";
import { sensitiveKind } from "./entry.ts";
import { formatList, type Locale } from "./locale.ts";
import type { Permission } from "./permission.ts";
import { isEvery, nounsOf, sayExceptions, sayPeriod, sayPurposes, sayWindow } from "./sayTerms.ts";

/** Pieces of the sentence, made once for all of its forms. */
interface Pieces {
  readonly who: string;
  readonly verb: string;
  readonly what: string;
  readonly period: string;
  readonly purposes: string;
  readonly until: string;
  readonly except: string;
  readonly areas: string;
}

/**
 * What a permission is about, as pages say it beside core's sentence, which is signed: `request` when it is asked for, `reader` for the banner of who may read, `share` for the
 * patient's list, where the name stands above it. A request is one sentence and one on sensitive areas: "Dr Ana Ruiz at Northside Hospital asks to read your laboratory
 * results, medicines and allergies since 2019, for your treatment, until 21 May 2027. Sensitive areas stay closed."
 *
 * Every term changes a request: two permissions that core's `consentSentence` tells apart, it tells apart too.
 */
export function accessSentence(
  permission: Permission,
  form: "request" | "reader" | "share",
  words: MeaningWords,
  locale: Locale,
): string {
  const pieces = piecesOf(permission, form === "request" ? "yours" : "bare", words, locale);
  return words.access[form](pieces);
}

/** The grantee's name as it is signed and shown. */
export function granteeName(name: string, organisation: string | null, words: MeaningWords): string {
  return words.access.grantee(name, organisation);
}

function piecesOf(
  permission: Permission,
  form: "yours" | "bare",
  words: MeaningWords,
  locale: Locale,
): Pieces {
  const { access } = words;
  const { parts, actions, purposes, exceptions } = permission;
  const plain = parts.filter(({ kind }) => sensitiveKind(kind) === null);
  const sensitive = parts.filter(({ kind }) => sensitiveKind(kind) !== null);
  const everything = plain.some(({ kind, resourceTypes }) => kind === "general" && isEvery(resourceTypes));
  const nouns = plain.flatMap(({ kind, resourceTypes }) =>
    nounsOfPart(kind, resourceTypes, everything, words),
  );
  const closed = sensitive.map(({ kind, resourceTypes }) =>
    sensitiveNoun(kind, resourceTypes, words, locale),
  );
  const inSentence = form === "bare" ? [...nouns, ...closed] : nouns.length === 0 ? closed : nouns;
  const list = formatList(inSentence, locale);
  const all = form === "yours" ? access.everything : access.everythingBare;
  return {
    who: permission.grantee,
    verb: actions.includes("reshare") ? access.readAndPassOn : access.read,
    what: whatOf(everything, list, all, form, words, locale),
    period: sayPeriod(permission, words, locale),
    purposes: sayPurposes(purposes, form, words, locale),
    until: sayWindow(permission, words, locale),
    except: sayExceptions(exceptions, form, words, locale),
    areas: areasSentence(parts, words, locale),
  };
}

/** Which sensitive areas some parts open, in a sentence of its own: "Sensitive areas stay closed." */
export function areasSentence(parts: Permission["parts"], words: MeaningWords, locale: Locale): string {
  const open = parts.filter(({ kind }) => sensitiveKind(kind) !== null);
  const nouns = open.map(({ kind, resourceTypes }) => sensitiveNoun(kind, resourceTypes, words, locale));
  return sayAreas(nouns, open.length === SENSITIVE_AREAS.length && open.every(isWhole), words, locale);
}

function isWhole({ resourceTypes }: { readonly resourceTypes: readonly string[] }): boolean {
  return isEvery(resourceTypes);
}

function whatOf(
  everything: boolean,
  list: string,
  all: string,
  form: "yours" | "bare",
  words: MeaningWords,
  locale: Locale,
): string {
  const { access } = words;
  if (list === "") return everything ? all : access.noRecords;
  const said = form === "yours" ? access.yours(list) : list;
  return everything ? formatList([all, said], locale) : said;
}

/** Of everything, only what lies in other segments is named besides. */
function nounsOfPart(
  kind: SegmentKind,
  resourceTypes: readonly string[],
  everything: boolean,
  words: MeaningWords,
): readonly string[] {
  if (kind === "general") return everything ? [] : nounsOf(resourceTypes, words);
  const whole = kind === "personal" ? words.dataKinds.own.nouns : [words.sensitiveNouns[kind]];
  if (isEvery(resourceTypes)) return whole;
  return nounsOf(resourceTypes, words).map((noun) => words.access.inArea(noun, words.sensitiveNouns[kind]));
}

function sensitiveNoun(
  kind: SegmentKind,
  resourceTypes: readonly string[],
  words: MeaningWords,
  locale: Locale,
): string {
  const area = words.sensitiveNouns[kind];
  if (isEvery(resourceTypes)) return area;
  return words.access.inArea(formatList(nounsOf(resourceTypes, words), locale), area);
}

function sayAreas(open: readonly string[], all: boolean, { access }: MeaningWords, locale: Locale): string {
  if (open.length === 0) return access.sensitiveClosed;
  return all ? access.sensitiveAllOpen : access.sensitiveOpen(formatList(open, locale));
}

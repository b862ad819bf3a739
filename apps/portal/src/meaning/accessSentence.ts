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
  /** Of many kinds how many they are. */
  readonly brief: string;
  readonly period: string;
  readonly purposes: string;
  readonly until: string;
  readonly except: string;
  readonly areas: string;
}

/**
 * What a permission is about, as pages say it beside core's sentence, which is signed: `request` when it is asked for, `reader` for the banner of who may read, `share` for the
 * patient's list, where the name stands above it, `sign` for what a signature permits from now on, `short` for that in a line or two. A request is one sentence and one on sensitive areas: "Dr Ana Ruiz at Northside Hospital asks to read your laboratory
 * results, medicines and allergies since 2019, for your treatment, until 21 May 2027. Sensitive areas stay closed."
 *
 * Every term changes a request: two permissions that core's `consentSentence` tells apart, it tells apart too.
 */
export function accessSentence(
  permission: Permission,
  form: "request" | "reader" | "share" | "sign" | "short",
  words: MeaningWords,
  locale: Locale,
): string {
  const isBare = form === "reader" || form === "share";
  const pieces = piecesOf(permission, isBare ? "bare" : "yours", words, locale);
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
    brief: whatOf(
      everything,
      briefOf(nouns, closed.length, words, locale),
      access.everything,
      "bare",
      words,
      locale,
    ),
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

/** More than this many nouns are no short sentence. */
const FEW = 6;

function briefOf(nouns: readonly string[], areas: number, { access }: MeaningWords, locale: Locale): string {
  const plain = nouns.length > FEW ? [access.kindsOfRecords(nouns.length)] : nouns;
  return formatList(areas === 0 ? plain : [...plain, access.sensitiveAreas(areas)], locale);
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

import type { MeaningWords } from "../words/meaning.en.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { conceptOf, conceptsOf, hasCode, lookUp, SNOMED } from "./conceptOf.ts";
import { formatList, type Locale } from "./locale.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { elementOf, elementsOf, textOf } from "./readElement.ts";
import { ALLERGIES } from "./tables/snomed.ts";
import { newestFirst, type When, whenOf } from "./when.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

export interface Allergy {
  readonly id: string;
  /** To what: "Penicillin". */
  readonly name: string;
  /** "can be dangerous", "not confirmed"; `null` when nothing more is said. */
  readonly stateText: string | null;
  readonly dangerous: boolean;
  /** The record says that there is no allergy: it is no entry of the list of allergies. */
  readonly isNone: boolean;
  readonly reaction: string | null;
  readonly since: When | null;
  readonly who: string | null;
  readonly where: string | null;
  readonly items: readonly Item[];
}

export interface Allergies {
  readonly current: readonly Allergy[];
  /** Resolved and ruled out. */
  readonly earlier: readonly Allergy[];
}

/** Allergies and intolerances, dangerous ones first. What two organisations both noted is one. */
export function allergiesOf(
  records: readonly OpenedRecord[],
  words: MeaningWords,
  locale: Locale,
): Allergies {
  const chart = chartOf(records);
  const current = new Map<string, Allergy>();
  const earlier = new Map<string, Allergy>();
  for (const item of chart.items) {
    if (item.type !== "AllergyIntolerance") continue;
    const allergy = allergyOf(item, chart, words, locale);
    const lists = isOver(item) ? earlier : current;
    const name = allergy.name.toLowerCase();
    const known = lists.get(name);
    lists.set(name, known === undefined ? allergy : joined(known, allergy));
  }
  const order = (a: Allergy, b: Allergy): number =>
    Number(b.dangerous) - Number(a.dangerous) || newestFirst(a.since, b.since);
  return { current: [...current.values()].toSorted(order), earlier: [...earlier.values()].toSorted(order) };
}

/** What one AllergyIntolerance says. */
export function allergyOf(item: Item, chart: Chart, words: MeaningWords, locale: Locale): Allergy {
  const { resource } = item;
  const code = conceptOf(elementOf(resource, "code"));
  const known = lookUp(code, ALLERGIES, SNOMED);
  const reactions = elementsOf(resource, "reaction");
  const substance = reactions
    .map((reaction) => conceptOf(elementOf(reaction, "substance")).text)
    .find((text) => text !== null);
  const signs = reactions.flatMap((reaction) =>
    conceptsOf(reaction, "manifestation").flatMap(({ text }) => text ?? []),
  );
  const dangerous =
    textOf(resource, "criticality") === "high" ||
    reactions.some((reaction) => textOf(reaction, "severity") === "severe");
  return {
    id: item.key,
    name:
      known === null
        ? words.capitalised(toWhat(code.text) ?? substance ?? words.titles.allergy)
        : words.allergies[known],
    stateText: stateText(item, dangerous, words),
    dangerous,
    isNone: known === "noneKnown",
    reaction: signs.length === 0 ? null : words.reactions(formatList(signs, locale)),
    since: whenOf(resource),
    ...whoAndWhere(resource, chart, words),
    items: [item],
  };
}

/** Displays of code systems are "Allergy to latex" and "Latex allergy". */
function toWhat(text: string | null): string | null {
  if (text === null || /^no\b/i.test(text)) return text;
  const what =
    /^(?:allergy|allergic reaction|intolerance|hypersensitivity) to (.+)$/i.exec(text) ??
    /^(.+) (?:allergy|intolerance)$/i.exec(text);
  return what?.[1] ?? text;
}

/** Resolved, or ruled out. */
export function isOver({ resource }: Item): boolean {
  return (
    hasCode(conceptOf(elementOf(resource, "clinicalStatus")), "resolved", "inactive") ||
    hasCode(conceptOf(elementOf(resource, "verificationStatus")), "refuted")
  );
}

function stateText({ resource }: Item, dangerous: boolean, { allergyStates }: MeaningWords): string | null {
  const verified = conceptOf(elementOf(resource, "verificationStatus"));
  if (hasCode(verified, "refuted")) return allergyStates.refuted;
  if (hasCode(conceptOf(elementOf(resource, "clinicalStatus")), "resolved", "inactive"))
    return allergyStates.resolved;
  if (dangerous) return allergyStates.dangerous;
  if (hasCode(verified, "unconfirmed", "presumed")) return allergyStates.unconfirmed;
  return textOf(resource, "criticality") === "low" ? allergyStates.mild : null;
}

/** The graver of two that name the same, with the records of both. */
function joined(a: Allergy, b: Allergy): Allergy {
  const graver = !a.dangerous && b.dangerous ? b : a;
  return {
    ...graver,
    reaction: graver.reaction ?? a.reaction ?? b.reaction,
    items: [...a.items, ...b.items],
  };
}

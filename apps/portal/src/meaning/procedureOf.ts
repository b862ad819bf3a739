import type { MeaningWords } from "../words/meaning.en.ts";
import type { Item } from "./chartOf.ts";
import { conceptOf, conceptsOf, lookUp, SNOMED } from "./conceptOf.ts";
import { plainText } from "./plainText.ts";
import { elementOf, textOf } from "./readElement.ts";
import { PROCEDURES } from "./tables/snomed.ts";

/** It did not take place, or was taken back. */
export function isNotDone({ resource }: Item): boolean {
  return ["not-done", "revoked", "cancelled"].includes(textOf(resource, "status") ?? "");
}

/** What was done, in words. */
export function procedureOf({ resource }: Item, words: MeaningWords): string {
  const code = conceptOf(elementOf(resource, "code"));
  const known = lookUp(code, PROCEDURES, SNOMED);
  if (known !== null) return words.procedures[known];
  return words.capitalised(
    code.text ?? conceptOf(elementOf(resource, "category")).text ?? words.titles.procedure,
  );
}

/** What is planned or ordered, in words. */
export function planOf({ type, resource }: Item, words: MeaningWords): string {
  const given = plainText(textOf(resource, "title")) ?? conceptOf(elementOf(resource, "code")).text;
  const category = conceptsOf(resource, "category").find(({ text }) => text !== null)?.text ?? null;
  const general = type === "ServiceRequest" ? words.titles.order : words.titles.plan;
  return words.capitalised(given ?? category ?? general);
}

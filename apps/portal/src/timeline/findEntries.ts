import { type Entry, ENTRY_AREAS, type EntryArea } from "../meaning/entry.ts";

/** Those of one area, or of all, in whose words the wanted ones stand; in the order in which they come. */
export function findEntries(
  entries: readonly Entry[],
  area: EntryArea | "all",
  wanted: string,
): readonly Entry[] {
  const words = wanted.trim().toLocaleLowerCase();
  if (words === "" && area === "all") return entries;
  return entries.filter(
    (entry) =>
      (area === "all" || entry.areas.includes(area)) &&
      (words === "" || textsOf(entry).some((part) => part?.toLocaleLowerCase().includes(words) === true)),
  );
}

/** Areas that there is something of. */
export function areasIn(entries: readonly Entry[]): readonly EntryArea[] {
  const present = new Set(entries.flatMap(({ areas }) => areas));
  return ENTRY_AREAS.filter((area) => present.has(area));
}

function textsOf({ title, where, who, sentence, values, documents }: Entry): readonly (string | null)[] {
  return [
    title,
    where,
    who,
    sentence,
    ...values.flatMap(({ name, technical }) => [name, technical]),
    ...documents.map((document) => document.title),
  ];
}

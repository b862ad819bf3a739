import type { MeaningWords } from "../words/meaning.en.ts";
import { PROBLEMS } from "../meaning/tables/snomed.ts";

export interface KnownProblem {
  readonly name: string;
  readonly codings: readonly { readonly system: string; readonly code: string }[];
}

const MOST = 6;
const known = new WeakMap<MeaningWords, readonly KnownProblem[]>();

/** Problems of the table whose name has all these words, the shortest first. Only codes that are in the table are ever offered. */
export function findProblems(typed: string, words: MeaningWords): readonly KnownProblem[] {
  const wanted = typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (wanted.join("").length < 2) return [];
  return all(words)
    .filter(({ name }) => wanted.every((word) => name.toLocaleLowerCase().includes(word)))
    .slice(0, MOST);
}

function all(words: MeaningWords): readonly KnownProblem[] {
  const made = known.get(words);
  if (made !== undefined) return made;
  const byName = new Map<string, KnownProblem>();
  for (const [code, key] of PROBLEMS) {
    const name = words.problems[key];
    // Of several codes of one name the table's first is its plain one.
    if (!byName.has(name)) {
      byName.set(name, { name, codings: [{ system: "http://snomed.info/sct", code }] });
    }
  }
  const list = [...byName.values()].sort((a, b) => a.name.length - b.name.length);
  known.set(words, list);
  return list;
}

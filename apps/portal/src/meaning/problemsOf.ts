import type { MeaningWords } from "../words/meaning.en.ts";
import { type Chart, chartOf, type Item } from "./chartOf.ts";
import { conceptOf, hasCode, lookUp, SNOMED, type Concept } from "./conceptOf.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { elementOf, textOf } from "./readElement.ts";
import { PROBLEMS } from "./tables/snomed.ts";
import { newestFirst, type When, whenOf, whenOfPeriod, whenOfText } from "./when.ts";
import { whoAndWhere } from "./whoAndWhere.ts";

export type ProblemState = keyof MeaningWords["problemStates"];

export interface Problem {
  readonly id: string;
  readonly name: string;
  /** As the source calls it, for professionals; `null` when that is the name. */
  readonly technical: string | null;
  readonly state: ProblemState;
  readonly stateText: string;
  readonly since: When | null;
  readonly until: When | null;
  readonly who: string | null;
  readonly where: string | null;
  readonly items: readonly Item[];
}

export interface Problems {
  readonly current: readonly Problem[];
  readonly earlier: readonly Problem[];
}

/** Diagnoses and health problems, newest first; the same one from several visits is one line, since it was first noted. */
export function problemsOf(records: readonly OpenedRecord[], words: MeaningWords): Problems {
  const chart = chartOf(records);
  const all = chart.items
    .filter((item) => item.type === "Condition" && !isRefuted(item))
    .map((item) => problemOf(item, chart, words))
    .toSorted((a, b) => newestFirst(a.since, b.since));
  const lists = { current: new Map<string, Problem>(), earlier: new Map<string, Problem>() };
  for (const problem of all) {
    const list = problem.state === "resolved" ? lists.earlier : lists.current;
    const name = problem.name.toLowerCase();
    const newer = list.get(name);
    list.set(
      name,
      newer === undefined
        ? problem
        : { ...newer, since: problem.since ?? newer.since, items: [...newer.items, ...problem.items] },
    );
  }
  return { current: [...lists.current.values()], earlier: [...lists.earlier.values()] };
}

/** Somebody looked, and it is not so. */
export function isRefuted({ resource }: Item): boolean {
  return hasCode(conceptOf(elementOf(resource, "verificationStatus")), "refuted");
}

/** What one Condition says. */
export function problemOf(item: Item, chart: Chart, words: MeaningWords): Problem {
  const { resource } = item;
  const code = conceptOf(elementOf(resource, "code"));
  const name = problemName(code, words) ?? words.titles.problem;
  const state = stateOfProblem(item);
  return {
    id: item.key,
    name,
    technical: code.text === name ? null : code.text,
    state,
    stateText: words.problemStates[state],
    since: whenOf(resource),
    until:
      whenOfText(textOf(resource, "abatementDateTime")) ??
      whenOfPeriod(elementOf(resource, "abatementPeriod")),
    ...whoAndWhere(resource, chart, words),
    items: [item],
  };
}

/** A diagnosis or reason in plain words: from the table, else the source's text; `null` for a bare code. */
export function problemName(code: Concept, words: MeaningWords): string | null {
  const known = lookUp(code, PROBLEMS, SNOMED);
  if (known !== null) return words.problems[known];
  return code.text === null ? null : words.capitalised(code.text);
}

function stateOfProblem({ resource }: Item): ProblemState {
  const clinical = conceptOf(elementOf(resource, "clinicalStatus"));
  if (hasCode(clinical, "resolved", "inactive")) return "resolved";
  if (hasCode(clinical, "remission")) return "remission";
  // A status that says "active" counts more than an end that was noted.
  if (!hasCode(clinical, "active", "recurrence", "relapse") && textOf(resource, "abatementDateTime") !== null)
    return "resolved";
  return hasCode(
    conceptOf(elementOf(resource, "verificationStatus")),
    "unconfirmed",
    "provisional",
    "differential",
  )
    ? "unconfirmed"
    : "current";
}

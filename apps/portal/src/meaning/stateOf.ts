import { conceptsOf } from "./conceptOf.ts";
import type { Range } from "./rangeOf.ts";
import type { Element } from "./readElement.ts";

/** How a value stands to its usual range. */
export type State =
  | "usual"
  | "little-low"
  | "low"
  | "very-low"
  | "little-high"
  | "high"
  | "very-high"
  | "outside"
  | "far-outside";

/** HL7 v3 ObservationInterpretation, and v2 table 0078 whose codes they are. */
const STATES: ReadonlyMap<string, State> = new Map<string, State>([
  ["N", "usual"],
  ["L", "low"],
  ["LU", "low"],
  ["LL", "very-low"],
  ["<", "very-low"],
  ["H", "high"],
  ["HU", "high"],
  ["HH", "very-high"],
  [">", "very-high"],
  ["A", "outside"],
  ["AA", "far-outside"],
]);

/** The graver, the higher. */
const WEIGHT: Readonly<Record<State, number>> = {
  usual: 0,
  "little-low": 1,
  "little-high": 1,
  low: 2,
  high: 2,
  outside: 2,
  "very-low": 3,
  "very-high": 3,
  "far-outside": 3,
};

/** Within a tenth of the range's width beyond its end, a value is "a little" low or high. */
const LITTLE = 0.1;

/** Interpretation codes that tell a finding, "positive" or "resistant", and not how a number stands to a range. */
export function findingCodeOf(observed: Element, findings: Readonly<Record<string, string>>): string | null {
  const codes = conceptsOf(observed, "interpretation").flatMap((concept) =>
    concept.codes.map(({ code }) => code),
  );
  return codes.find((code) => Object.hasOwn(findings, code)) ?? null;
}

/**
 * How a value stands to its usual range: by the source's interpretation and by the range that it came with, of several the gravest.
 * `null`: neither says.
 */
export function stateOf(observed: Element, value: number | null, range: Range | null): State | null {
  const marked = conceptsOf(observed, "interpretation")
    .flatMap((concept) => concept.codes.flatMap(({ code }) => STATES.get(code) ?? []))
    .reduce<State | null>(graver, null);
  const measured = value === null || range === null || !range.comparable ? null : held(value, range);
  if (marked === null) return measured;
  // The source knows more than the range does, but how far a value is outside shows in the range alone; and what lies outside the range
  // that it came with is never called usual.
  if ((marked === "low" && measured === "little-low") || (marked === "high" && measured === "little-high"))
    return measured;
  return graver(marked, measured);
}

/** The graver of two; of equals the first. */
export function graver(a: State | null, b: State | null): State | null {
  if (a === null || b === null) return a ?? b;
  return WEIGHT[b] > WEIGHT[a] ? b : a;
}

function held(value: number, { low, high }: Range): State {
  const little = low === null || high === null ? 0 : (high - low) * LITTLE;
  if (low !== null && value < low) return low - value <= little ? "little-low" : "low";
  if (high !== null && value > high) return value - high <= little ? "little-high" : "high";
  return "usual";
}

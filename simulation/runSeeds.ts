import { STEP_KINDS } from "./stepKinds.ts";

/** One line for each kind of step, fault and outcome. */
export function writeHistogram(counts: ReadonlyMap<string, number>): string {
  return STEP_KINDS.map((kind) => `${String(counts.get(kind) ?? 0).padStart(9)}  ${kind}`).join("\n");
}

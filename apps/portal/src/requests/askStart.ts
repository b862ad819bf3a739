import type { DataKind } from "../meaning/areas.ts";
import type { TermsStart } from "../share/useTerms.ts";

/** What is chosen in the form before somebody has chosen anything: all there is, or what a list lacks. */
export function askStart(areas: readonly DataKind[]): TermsStart {
  return { areas: new Set(areas), everything: areas.length === 0, purpose: "TREAT" };
}

import { equalBytes } from "../../encoding/bytes.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgRound1, dkgRound2, readMessage } from "./messages.ts";
import type { DkgSetup } from "./setup.ts";

/**
 * Two messages of one participant in one round: the culprit with both as evidence when they differ and it signed both
 * for this run, else `null`.
 */
export function findEquivocation(parts: {
  readonly setup: DkgSetup;
  readonly round: 1 | 2;
  readonly from: number;
  readonly messages: readonly [Uint8Array, Uint8Array];
}): DkgCulprit | null {
  const { setup, round, from, messages } = parts;
  if (equalBytes(...messages)) return null;
  try {
    for (const message of messages) {
      if (round === 1) readMessage(dkgRound1, setup, from, message);
      else readMessage(dkgRound2, setup, from, message);
    }
  } catch {
    return null;
  }
  return new DkgCulprit(from, "equivocation", messages);
}

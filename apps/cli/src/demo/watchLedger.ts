import { setTimeout as sleep } from "node:timers/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { World } from "./start/startWorld.ts";

/** Milliseconds between two looks. */
const LOOK = 1_000;
/** Milliseconds without an answer, and without a new block, after which the chain counts as stopped. */
const SILENCE = 15_000;
const STANDSTILL = 60_000;

/** Follows the chain until it is told to end. Throws `ledger-stopped` when it answers no more or makes no blocks. */
export async function watchLedger({ ledger }: Pick<World, "ledger">, end: AbortSignal): Promise<void> {
  let newest = "";
  let answered = performance.now();
  let moved = answered;
  while (!end.aborted) {
    const head = await ledger.head().catch(() => null);
    const now = performance.now();
    if (head !== null) answered = now;
    if (head !== null && head.hash !== newest) {
      newest = head.hash;
      moved = now;
    }
    if (end.aborted) return;
    if (now - answered > SILENCE) throw ledgerStopped("does not answer", SILENCE);
    if (now - moved > STANDSTILL) throw ledgerStopped("makes no blocks", STANDSTILL);
    await sleep(LOOK, undefined, { signal: end }).catch(() => undefined);
  }
}

function ledgerStopped(what: string, milliseconds: number): AnamnesisError<"ledger-stopped"> {
  return new AnamnesisError({
    code: "ledger-stopped",
    rule: "The chain answers and makes blocks while the journey plays.",
    fix: "Look at the chain's nodes: of Clique and QBFT signers more than half, or two thirds, have to run. Then start again: what was acknowledged is kept with the state folder (not with --once) and goes on.",
    meta: { chain: what, forSeconds: milliseconds / 1000 },
  });
}

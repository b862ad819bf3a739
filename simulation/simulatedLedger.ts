import { AnamnesisError } from "@anamnesis/core/errors";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { never, type Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { StepKind } from "./stepKinds.ts";

export interface LedgerFaults {
  /** Probability that a call or its answer is lost. */
  readonly loss: number;
  /** Probability that a submission arrives twice. */
  readonly repetition: number;
}

/** A node's line to the ledger: calls and answers wait for the scheduler, and may be lost. */
export function scheduledLedger(
  ledger: MemoryLedger,
  process: Process,
  scheduler: Scheduler,
  faults: () => LedgerFaults,
): LedgerPort {
  const inner = ledger.connect();
  const { rng } = scheduler;
  const lost = (kind: StepKind, what: string): AnamnesisError => {
    scheduler.note(kind, `${process.name} ${what}`);
    return new AnamnesisError({
      code: "ledger-unavailable",
      rule: "The ledger's engine answers.",
      fix: "Wait until it does.",
    });
  };
  const call = async <T>(what: string, held: boolean, work: () => Promise<T>): Promise<T> => {
    if (held || rng.chance(0.3)) await scheduler.gate(process, "ledger call", what);
    if (rng.chance(faults().loss)) throw lost("ledger call lost", what);
    const result = await work();
    if (!process.alive) return never();
    if (held || rng.chance(0.3)) await scheduler.gate(process, "ledger answer", what);
    if (rng.chance(faults().loss)) throw lost("ledger answer lost", what);
    return result;
  };
  return {
    identity: ledger.identity,
    head: () => call("head", false, () => inner.head()),
    blockAt: (number) => call("block", false, () => inner.blockAt(number)),
    events: (after, most) => call("events", false, () => inner.events(after, most)),
    submit: (intents) =>
      call("submit", true, () => {
        if (rng.chance(faults().repetition)) {
          scheduler.note("submission repeated", process.name);
          inner.submit(intents).catch(() => undefined);
        }
        return inner.submit(intents);
      }),
    close: async () => undefined,
  };
}

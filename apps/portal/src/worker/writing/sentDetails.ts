import { browserRuntime } from "../runtime.ts";
import type { WritingMethods } from "../protocol/writing.ts";
import type { OpenedItem } from "../protocol.ts";
import { sealedMemory, type SealedMemory } from "../sealedMemory.ts";
import { missingOf, type Sent } from "./missingOf.ts";
import { statusesAt } from "./settled.ts";

/** Seconds for which what nobody opens is kept: as long as a home may take to anchor it. */
const KEPT_FOR = 3 * 86_400;
/** Savings; of more than these the oldest are forgotten. */
const MOST = 8;
/** Of all tabs of this browser at this address. */
const LOCK = "anamnesis-sent";

/**
 * Own details that were sent and did not open yet, oldest first, in this browser alone and sealed: a page that is loaded again shows them still. Throws `store-failed` where this browser keeps nothing.
 */
export const sentDetails: WritingMethods["sentDetails"] = async () => {
  const sent = await change(sentMemory(), (before) => before);
  return sent.flatMap(({ items }) => items);
};

/** Of these what the home that took it, which alone can bring it to the ledger, says it does not have. A home that does not answer may have it. */
export const missingDetails: WritingMethods["missingDetails"] = async () => {
  const sent = await change(sentMemory(), (before) => before);
  const all = sent.flatMap(({ items }) => items);
  const homes = new Set(all.map(({ organisation }) => organisation));
  const answers = await Promise.all(
    [...homes].map(async (home) => {
      const records = all.flatMap(({ record, organisation }) => (organisation === home ? [record] : []));
      return statusesAt(home, records).catch(() => []);
    }),
  );
  return missingOf(sent, answers.flat(), browserRuntime.now());
};

/** Of this sitting. Throws `locked`. */
export function sentMemory(): SealedMemory<readonly Sent[]> {
  return sealedMemory("sent");
}

/** What opened, or is too old, need not be remembered. Throws `store-failed` where this browser keeps nothing. */
export async function forgetSent(
  memory: SealedMemory<readonly Sent[]>,
  opened: ReadonlySet<string>,
): Promise<void> {
  await change(memory, (sent) =>
    sent.flatMap(({ at, items }) => {
      const waiting = items.filter(({ record }) => !opened.has(record));
      return waiting.length === 0 ? [] : [{ at, items: waiting }];
    }),
  );
}

/** Throws `store-failed` where this browser keeps nothing. */
export async function rememberSent(items: readonly OpenedItem[]): Promise<void> {
  await change(sentMemory(), (sent) => [...sent, { at: browserRuntime.now(), items }].slice(-MOST));
}

async function change(
  memory: SealedMemory<readonly Sent[]>,
  next: (sent: readonly Sent[]) => readonly Sent[],
): Promise<readonly Sent[]> {
  return navigator.locks.request(LOCK, async () => {
    const before = (await memory.read()) ?? [];
    const now = browserRuntime.now();
    const after = next(before.filter(({ at }) => now - at <= KEPT_FOR));
    if (JSON.stringify(after) !== JSON.stringify(before)) await memory.keep(after);
    return after;
  });
}

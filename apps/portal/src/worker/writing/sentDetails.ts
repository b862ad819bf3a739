import { browserRuntime } from "../runtime.ts";
import type { WritingMethods } from "../protocol/writing.ts";
import type { OpenedItem } from "../protocol.ts";
import { sealedMemory } from "../sealedMemory.ts";

interface Sent {
  /** Seconds since 1970. */
  readonly at: number;
  readonly items: readonly OpenedItem[];
}

/** Seconds for which what nobody opens is kept: as long as a home may take to anchor it. */
const KEPT_FOR = 3 * 86_400;
/** Savings; of more than these the oldest are forgotten. */
const MOST = 8;
/** Of all tabs of this browser at this address. */
const LOCK = "anamnesis-sent";

/** Own details that were sent and are not among what opened, oldest first, in this browser alone and sealed: a page that is loaded again shows them still. */
export const sentDetails: WritingMethods["sentDetails"] = async ({ opened }) => {
  const known = new Set(opened);
  const left = await change((sent) =>
    sent.flatMap(({ at, items }) => {
      const waiting = items.filter(({ record }) => !known.has(record));
      return waiting.length === 0 ? [] : [{ at, items: waiting }];
    }),
  );
  return left.flatMap(({ items }) => items);
};

/** Throws `store-failed` where this browser keeps nothing. */
export async function rememberSent(items: readonly OpenedItem[]): Promise<void> {
  await change((sent) => [...sent, { at: browserRuntime.now(), items }].slice(-MOST));
}

async function change(next: (sent: readonly Sent[]) => readonly Sent[]): Promise<readonly Sent[]> {
  const memory = sealedMemory<readonly Sent[]>("sent");
  return navigator.locks.request(LOCK, async () => {
    const before = (await memory.read()) ?? [];
    const now = browserRuntime.now();
    const after = next(before.filter(({ at }) => now - at <= KEPT_FOR));
    if (JSON.stringify(after) !== JSON.stringify(before)) await memory.keep(after);
    return after;
  });
}

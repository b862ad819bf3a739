import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { sealedMemory } from "../sealedMemory.ts";
import { session } from "../session.ts";

interface Seen {
  readonly at: number;
  readonly records: readonly string[];
}

interface Kept {
  /** Of this visit, and of the one before it. */
  readonly now: Seen;
  readonly before: Seen | null;
}

/** Seconds without a look after which the next one begins another visit: a page that is loaded again does not. */
const VISIT_ENDS = 30 * 60;

/** What this browser knew when the visit began. */
const before = new WeakMap<object, Promise<Seen | null>>();

/** Which records the person saw at the last visit. */
export const unseen: WorkerMethods["unseen"] = async ({ records }) => {
  const sitting = session();
  const memory = sealedMemory<Kept>("seen");
  const opening =
    before.get(sitting) ?? memory.read().then((kept) => visitBefore(kept, browserRuntime.now()));
  before.set(sitting, opening);
  const known = await opening;
  await memory.keep({ now: { at: browserRuntime.now(), records }, before: known });
  if (known === null) return null;
  const seen = new Set(known.records);
  return { since: known.at, records: records.filter((record) => !seen.has(record)) };
};

function visitBefore(kept: Kept | null, now: number): Seen | null {
  if (kept === null) return null;
  return now - kept.now.at < VISIT_ENDS ? kept.before : kept.now;
}

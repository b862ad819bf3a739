import { SegmentMemory } from "@anamnesis/sdk/listing/segmentMemory";
import { session } from "./session.ts";

/** Headers that are kept of all segments together, some 3 kB each. */
const MOST = 30_000;

/** By sitting; in each by what gives access (a consent, or the own segment), the one not used for longest first. */
const memories = new WeakMap<object, Map<string, SegmentMemory>>();

/** What this sitting knows of a segment's list: a page that asks for one that it saw before waits for what came since alone. Contents are never kept. To be taken before anything is waited for, since the sitting may be another one after. Throws `locked`. */
export function memoryOf(access: string): SegmentMemory {
  const sitting = session();
  const all = memories.get(sitting) ?? new Map<string, SegmentMemory>();
  memories.set(sitting, all);
  const known = all.get(access);
  const memory = known === undefined || known.isEnded ? new SegmentMemory() : known;
  all.delete(access);
  let size = memory.size;
  for (const [other, { size: more }] of [...all].toReversed()) {
    size += more;
    if (size > MOST) all.delete(other);
  }
  all.set(access, memory);
  return memory;
}

/** When it ended: what is known of the list goes too. */
export function forget(access: string): void {
  const all = memories.get(session());
  all?.get(access)?.end();
  all?.delete(access);
}

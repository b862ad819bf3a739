import { browserRuntime } from "../runtime.ts";
import type { Draft, WritingMethods } from "../protocol/writing.ts";
import { sealedMemory } from "../sealedMemory.ts";

interface Kept {
  /** Seconds since 1970 of the last change. */
  readonly at: number;
  readonly drafts: readonly Draft[];
}

type AllKept = Readonly<Record<string, Kept>>;

/** Seconds for which what nobody came back to is kept. */
const KEPT_FOR = 7 * 86_400;
/** Patients; the one that was written about longest ago goes first. */
const MOST = 20;
/** Of all tabs of this browser at this address. */
const LOCK = "anamnesis-drafts";

/** What was typed about a patient and not filed, in this browser alone and sealed: a page that is loaded again, or was locked, has it still. */
export const keptDrafts: WritingMethods["keptDrafts"] = async ({ patient }) => {
  const kept = (await sealedMemory<AllKept>("drafts").read())?.[patient];
  return kept === undefined || isOver(kept, browserRuntime.now()) ? [] : kept.drafts;
};

/** In place of what was kept about this patient. */
export const keepDrafts: WritingMethods["keepDrafts"] = async ({ patient, drafts }) => {
  const memory = sealedMemory<AllKept>("drafts");
  await navigator.locks.request(LOCK, async () => {
    const now = browserRuntime.now();
    const { [patient]: _before, ...others } = (await memory.read()) ?? {};
    const left = Object.entries(others)
      .filter(([, kept]) => !isOver(kept, now))
      .toSorted(([, one], [, other]) => other.at - one.at)
      .slice(0, MOST - 1);
    const own = drafts.length === 0 ? [] : [[patient, { at: now, drafts }] as const];
    await memory.keep(Object.fromEntries([...own, ...left]));
  });
};

function isOver({ at }: Kept, now: number): boolean {
  return now - at > KEPT_FOR;
}

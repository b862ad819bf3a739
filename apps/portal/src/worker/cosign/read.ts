import type { DeclineWish } from "@anamnesis/api/routes/recordVerbs";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ReadToEndorse } from "@anamnesis/sdk/readToEndorse";
import { session } from "../session.ts";

export interface Read {
  readonly read: ReadToEndorse;
  /** What was signed when it was declined: sent again, it is the same word. */
  declined: { readonly reason: string; readonly wish: DeclineWish } | null;
}

const kept = new WeakMap<object, Map<string, Read>>();

/** What was shown in this sitting can be signed or declined in it, without being opened again. */
export function rememberRead(read: readonly ReadToEndorse[]): void {
  const sitting = session();
  const known = kept.get(sitting) ?? new Map<string, Read>();
  kept.set(sitting, known);
  for (const one of read) {
    if (!known.has(one.opened.record)) known.set(one.opened.record, { read: one, declined: null });
  }
}

/** Throws `not-opened`. */
export function readOf(record: string): Read {
  const found = kept.get(session())?.get(record);
  if (found !== undefined) return found;
  throw new AnamnesisError({
    code: "not-opened",
    rule: "Who signs or declines a record has opened it.",
    fix: "Load the page again and open it under the patient's consent.",
  });
}

import type { ConsentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** A release from before its last look at the database until its answer is handed over. */
export interface ReleaseUnderWay {
  /** True once this node has stored a revocation of anything that the release stands on meanwhile. */
  readonly revoked: () => boolean;
  readonly over: () => void;
}

interface Entry {
  readonly consents: readonly ConsentId[];
  revoked: boolean;
}

const entries = new WeakMap<NodeContext["db"], Set<Entry>>();

/**
 * To be called before the database is asked: a revocation that was stored before is found there, one that is stored
 * later is told here. What the database said is old by the time an answer is sealed, what is told here never is.
 */
export function beginRelease(
  { db }: Pick<NodeContext, "db">,
  consents: readonly ConsentId[],
): ReleaseUnderWay {
  const here = entries.get(db) ?? new Set<Entry>();
  entries.set(db, here);
  const entry: Entry = { consents, revoked: false };
  here.add(entry);
  return { revoked: () => entry.revoked, over: () => void here.delete(entry) };
}

/** Tells the releases under way, once the revocation is stored and before its acknowledgement leaves. */
export function tellReleases({ db }: Pick<NodeContext, "db">, consent: ConsentId): void {
  for (const entry of entries.get(db) ?? []) if (entry.consents.includes(consent)) entry.revoked = true;
}

import type { ConsentId, RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** A release from before its last look at the database until its answer is handed over. */
export interface ReleaseUnderWay {
  /** Those of the records of which shares may still leave: none once a revocation of what the release stands on was stored meanwhile, and none that was erased. */
  readonly standing: (records: ReadonlySet<RecordId>) => ReadonlySet<RecordId>;
  readonly over: () => void;
}

interface Entry {
  readonly consents: readonly ConsentId[];
  revoked: boolean;
  readonly erased: Set<RecordId>;
}

const entries = new WeakMap<NodeContext["db"], Set<Entry>>();

/**
 * To be called before the database is asked: a revocation or an erasure that was stored before is found there, one that is
 * stored later is told here. What the database said is old by the time an answer is sealed, what is told here never is.
 */
export function beginRelease(
  { db }: Pick<NodeContext, "db">,
  consents: readonly ConsentId[],
): ReleaseUnderWay {
  const here = entries.get(db) ?? new Set<Entry>();
  entries.set(db, here);
  const entry: Entry = { consents, revoked: false, erased: new Set() };
  here.add(entry);
  return {
    standing: (records) =>
      entry.revoked ? new Set() : new Set([...records].filter((record) => !entry.erased.has(record))),
    over: () => void here.delete(entry),
  };
}

/** Tells the releases under way, once the revocation is stored and before its acknowledgement leaves. */
export function tellRevoked({ db }: Pick<NodeContext, "db">, consent: ConsentId): void {
  for (const entry of entries.get(db) ?? []) if (entry.consents.includes(consent)) entry.revoked = true;
}

/** Likewise for an erasure. */
export function tellErased({ db }: Pick<NodeContext, "db">, record: RecordId): void {
  for (const entry of entries.get(db) ?? []) entry.erased.add(record);
}

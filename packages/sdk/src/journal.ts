import type { Digest, RecordId } from "@anamnesis/core/ids";

/** One resource of a sealed batch. */
export interface JournalRecord {
  /** Where it came from; `null` for what has no source of its own. */
  readonly source: { readonly key: string; readonly version: string } | null;
  readonly record: RecordId;
}

/** Sealed records on their way to the node. */
export interface JournalBatch {
  /** SHA-256 of `bytes`. */
  readonly id: Digest;
  readonly records: readonly JournalRecord[];
  /** Encoded `record-batch`: what is sent, and sent again. */
  readonly bytes: Uint8Array;
}

/**
 * What makes an import idempotent, kept by the caller beside its source system. One import at a time uses it.
 *
 * A batch is remembered, with the very bytes that are sent, before the node sees it, and confirmed when the node has it.
 * Killed in between, the next run sends the remembered bytes again: if the node has them, it changes nothing; if not, it
 * takes them now; either way there is one record. Only when the node says that their place in the chain is taken
 * (`chain-conflict`, so it neither has nor ever will take them) are they forgotten and sealed anew.
 *
 * - `remember`, `confirm` and `forget` MUST return only when their effect is durable.
 * - `find` MUST give confirmed and remembered records, and `null` for forgotten ones.
 * - `pending` MUST give the batches that are neither confirmed nor forgotten, in the order in which they were remembered.
 */
export interface ImportJournal {
  find(key: string, version: string): Promise<RecordId | null>;
  remember(batch: JournalBatch): Promise<void>;
  /** `bytes` may be dropped, the records must stay. */
  confirm(batch: Digest): Promise<void>;
  forget(batch: Digest): Promise<void>;
  pending(): Promise<readonly JournalBatch[]>;
}

/** A journal that lives as long as its process: for imports that nobody repeats. */
export function memoryJournal(): ImportJournal {
  const pending = new Map<Digest, JournalBatch>();
  const confirmed = new Map<string, RecordId>();
  const keyOf = (key: string, version: string): string => JSON.stringify([key, version]);
  const named = function* (batch: JournalBatch): Generator<readonly [string, RecordId]> {
    for (const { source, record } of batch.records) {
      if (source !== null) yield [keyOf(source.key, source.version), record];
    }
  };
  return {
    find: async (key, version) => {
      const wanted = keyOf(key, version);
      const remembered = [...pending.values()].flatMap((batch) => [...named(batch)]);
      return confirmed.get(wanted) ?? remembered.find(([source]) => source === wanted)?.[1] ?? null;
    },
    remember: async (batch) => void pending.set(batch.id, batch),
    confirm: async (id) => {
      const batch = pending.get(id);
      if (batch === undefined) return;
      for (const [source, record] of named(batch)) confirmed.set(source, record);
      pending.delete(id);
    },
    forget: async (id) => void pending.delete(id),
    pending: async () => [...pending.values()],
  };
}

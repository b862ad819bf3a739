import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, Digest, RecordId } from "@anamnesis/core/ids";
import type { ContentSpool } from "@anamnesis/core/ports/contentSpool";
import { MemorySpool } from "@anamnesis/core/record/sealContentStream";
import type { SegmentKind } from "@anamnesis/core/segment/kind";

/** One resource of a sealed batch. */
export interface JournalRecord {
  /** Where it came from; `null` for what has no source of its own. */
  readonly source: { readonly key: string; readonly version: string } | null;
  readonly record: RecordId;
  /** The segment it was sealed in. Absent: it was sealed before journals noted it. */
  readonly kind?: SegmentKind;
}

/** Sealed records on their way to the node. */
export interface JournalBatch {
  /** SHA-256 of `bytes`. */
  readonly id: Digest;
  readonly records: readonly JournalRecord[];
  /** Encoded `record-batch`: what is sent, and sent again. */
  readonly bytes: Uint8Array;
  /** Contents that are too large to travel inside `bytes`: the journal keeps their ciphertext, and they are put before the batch. */
  readonly contents: readonly Cid[];
}

/** The ciphertext of one large content on its way into the journal. */
export interface JournalSpool extends ContentSpool {
  /** Keeps what was written under its CID. MUST return only when it is durable. */
  keep(cid: Cid): Promise<void>;
  discard(): Promise<void>;
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
 * - `confirm` and `forget` drop the batch's contents. Contents of no batch may be dropped when a journal is opened.
 * - `pending` MUST give the batches that are neither confirmed nor forgotten, in the order in which they were remembered.
 */
export interface ImportJournal {
  find(key: string, version: string): Promise<RecordId | null>;
  remember(batch: JournalBatch): Promise<void>;
  /** `bytes` may be dropped, the records must stay. */
  confirm(batch: Digest): Promise<void>;
  forget(batch: Digest): Promise<void>;
  pending(): Promise<readonly JournalBatch[]>;
  spool(): Promise<JournalSpool>;
  /** Ciphertext of a content that was kept, and its length in bytes. Throws `journal-corrupt` when it is not there. */
  content(cid: Cid): Promise<{ readonly length: number; readonly pieces: AsyncIterable<Uint8Array> }>;
}

export function journalCorrupt(): AnamnesisError<"journal-corrupt"> {
  return new AnamnesisError({
    code: "journal-corrupt",
    rule: "The import journal is as it was written.",
    fix: "Restore the file from its backup; without it an import makes records a second time.",
  });
}

/** A journal that lives as long as its process: for imports that nobody repeats. */
export function memoryJournal(): ImportJournal {
  const pending = new Map<Digest, JournalBatch>();
  const confirmed = new Map<string, RecordId>();
  const contents = new Map<Cid, MemorySpool>();
  const drop = (id: Digest): void => {
    for (const cid of pending.get(id)?.contents ?? []) contents.delete(cid);
    pending.delete(id);
  };
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
      drop(id);
    },
    forget: async (id) => drop(id),
    pending: async () => [...pending.values()],
    spool: async () => {
      const spool = new MemorySpool();
      return Object.assign(spool, {
        keep: async (cid: Cid) => void contents.set(cid, spool),
        discard: async () => undefined,
      });
    },
    content: async (cid) => {
      const spool = contents.get(cid);
      if (spool === undefined) throw journalCorrupt();
      return { length: spool.bytes().length, pieces: spool.read() };
    },
  };
}

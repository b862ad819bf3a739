import type { Cid, RecordId } from "@anamnesis/core/ids";
import { MemorySpool } from "@anamnesis/core/record/sealContentStream";
import { type ImportJournal, type JournalBatch, journalCorrupt } from "@anamnesis/sdk/journal";

/** An import's journal on a disk: it outlives the importer, whose every write waits for `held`. */
export class SimulatedJournal {
  readonly #pending: JournalBatch[];
  readonly #confirmed: Map<string, RecordId>;
  readonly #contents: Map<Cid, MemorySpool>;

  constructor(from?: SimulatedJournal) {
    this.#pending = from === undefined ? [] : [...from.#pending];
    this.#confirmed = new Map(from === undefined ? [] : from.#confirmed);
    this.#contents = new Map(from === undefined ? [] : from.#contents);
  }

  get waiting(): number {
    return this.#pending.length;
  }

  open(held: (what: string) => Promise<void>): ImportJournal {
    const keyOf = (key: string, version: string): string => `${key} ${version}`;
    return {
      find: async (key, version) => {
        const name = keyOf(key, version);
        const waiting = this.#pending
          .flatMap((batch) => batch.records)
          .find(({ source }) => source !== null && keyOf(source.key, source.version) === name);
        return this.#confirmed.get(name) ?? waiting?.record ?? null;
      },
      remember: async (batch) => {
        await held("remember");
        this.#pending.push(batch);
      },
      confirm: async (id) => {
        await held("confirm");
        const at = this.#pending.findIndex((batch) => batch.id === id);
        const [batch] = at < 0 ? [] : this.#pending.splice(at, 1);
        for (const { source, record } of batch?.records ?? []) {
          if (source !== null) this.#confirmed.set(keyOf(source.key, source.version), record);
        }
      },
      forget: async (id) => {
        await held("forget");
        const at = this.#pending.findIndex((batch) => batch.id === id);
        if (at >= 0) this.#pending.splice(at, 1);
      },
      pending: async () => [...this.#pending],
      spool: async () => {
        const spool = new MemorySpool();
        return Object.assign(spool, {
          keep: async (cid: Cid) => {
            await held("keep");
            this.#contents.set(cid, spool);
          },
          discard: async () => undefined,
        });
      },
      content: async (cid) => {
        const spool = this.#contents.get(cid);
        if (spool === undefined) throw journalCorrupt();
        return { length: spool.bytes().length, pieces: spool.read() };
      },
    };
  }
}

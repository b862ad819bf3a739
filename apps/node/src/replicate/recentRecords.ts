import type { RecordId } from "@anamnesis/core/ids";
import type { Header } from "@anamnesis/core/record/header";
import type { Session } from "@anamnesis/core/record/session";

/** What a home is sent of a record. */
export interface RecordParts {
  readonly header: Header;
  /** `null`: it is on the disk alone. */
  readonly session: Session | null;
  readonly wrap: Uint8Array;
  /** The ciphertext; `null`: it is too large to travel with its record, and on the disk alone. */
  readonly content: Uint8Array | null;
}

/** Bytes of wraps and contents that are remembered: some 2,000 small records. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Own records that were just kept, so that they need not be read, decoded and hashed again for their homes. What is here is on the disk,
 * and what is not is read from there: this is a shortcut, and empty after each start.
 */
export class RecentRecords {
  /** The one that was kept first is the first. */
  readonly #parts = new Map<RecordId, RecordParts>();
  #bytes = 0;

  keep(record: RecordId, parts: RecordParts): void {
    this.forget(record);
    this.#parts.set(record, parts);
    this.#bytes += sizeOf(parts);
    for (const oldest of this.#parts.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.forget(oldest);
    }
  }

  get(record: RecordId): RecordParts | null {
    return this.#parts.get(record) ?? null;
  }

  /** Of an erased record nothing is kept in memory either. */
  forget(record: RecordId): void {
    const parts = this.#parts.get(record);
    if (parts === undefined) return;
    this.#parts.delete(record);
    this.#bytes -= sizeOf(parts);
  }
}

function sizeOf({ wrap, content }: RecordParts): number {
  return wrap.length + (content?.length ?? 0);
}

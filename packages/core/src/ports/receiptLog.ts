import type { Hash32 } from "../ids.ts";

/** What the log keeps for one disclosure or refusal. */
export interface ReceiptLogEntry {
  /** The salted commitment: the leaf data that auditors see, 32 bytes. */
  readonly commitment: Uint8Array;
  /** The entry, its salt included, sealed to the card's receipt key; at most 256 KiB. */
  readonly sealed: Uint8Array;
  /** SHA-256 of the segment id under the log's own secret, so that the file alone does not name segments; 32 bytes. */
  readonly tag: Uint8Array;
}

export interface LogHead {
  readonly size: number;
  /** RFC 6962 root over the commitments. */
  readonly root: Hash32;
}

/**
 * An append-only log of its own, whose durability depends on no database.
 *
 * - `append` MUST resolve only after the entry is synced (fdatasync); appends that wait together share one sync.
 * - The order of indexes is the order in the file; an index is never given twice.
 * - A torn last write (entries that no `append` acknowledged) is cut off at opening; damage before that MUST stop
 *   the opening with `log-corrupt`: a log that lost an acknowledged entry does not sign again.
 * - After a failed write or sync the log MUST refuse all further appends with `log-failed` until it is opened anew; `writable` is
 *   false then.
 */
export interface ReceiptLog {
  /** Returns the entry's index (0 for the first). */
  append(entry: ReceiptLogEntry): Promise<number>;
  writable(): boolean;
  /** Head over the synced entries. */
  head(): LogHead;
  /** Head as it was at `size` entries. Throws `log-range`. */
  headAt(size: number): LogHead;
  read(index: number): Promise<ReceiptLogEntry>;
  /** Indexes of all synced entries with this tag, ascending. */
  find(tag: Uint8Array): readonly number[];
  /** RFC 6962 2.1.1 path for `index` in the tree of the first `size` entries; 32-byte nodes. */
  inclusionProof(index: number, size: number): readonly Uint8Array[];
  /** RFC 6962 2.1.2 path from the first `from` entries to the first `to`. */
  consistencyProof(from: number, to: number): readonly Uint8Array[];
  /**
   * Hashes of `count` complete subtrees of 2^`height` leaves each, from the `from`-th of them, 32 bytes each, joined: what
   * tiles are made of. From what the log keeps in memory. Throws `log-range`.
   */
  nodes(height: number, from: number, count: number): Uint8Array;
  /** Commitments of `count` entries from `from`, as `read` gives them. Throws `log-range`. */
  commitments(from: number, count: number): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

import { leafHash, MerkleTree } from "@anamnesis/core/audit/merkleTree";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { LogHead } from "@anamnesis/core/ports/receiptLog";
import { logError } from "./logErrors.ts";

/** What a receipt log keeps in memory of its synced entries: the tree over the commitments, and indexes by tag. */
export class LogIndex {
  readonly #tree = new MerkleTree();
  readonly #byTag = new Map<string, number[]>();

  get size(): number {
    return this.#tree.size;
  }

  /** Returns the entry's index. */
  append(commitment: Uint8Array, tag: Uint8Array): number {
    const index = this.#tree.append(leafHash(commitment));
    const key = keyOf(tag);
    const indexes = this.#byTag.get(key);
    if (indexes === undefined) this.#byTag.set(key, [index]);
    else indexes.push(index);
    return index;
  }

  /** Throws `log-range`. */
  headAt(size: number): LogHead {
    checkRange(isWhole(size) && size <= this.size);
    return { size, root: toHex(this.#tree.root(size)) };
  }

  find(tag: Uint8Array): readonly number[] {
    return this.#byTag.get(keyOf(tag))?.slice() ?? [];
  }

  /** Throws `log-range`. */
  checkIndex(index: number): void {
    checkRange(isWhole(index) && index < this.size);
  }

  /** Throws `log-range`. */
  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    checkRange(isWhole(index) && isWhole(size) && index < size && size <= this.size);
    return this.#tree.inclusionPath(index, size);
  }

  /** Throws `log-range`. */
  consistencyProof(from: number, to: number): readonly Uint8Array[] {
    checkRange(isWhole(from) && isWhole(to) && from <= to && to <= this.size);
    return this.#tree.consistencyPath(from, to);
  }

  /** Throws `log-range`. */
  nodes(height: number, from: number, count: number): Uint8Array {
    checkRange([height, from, count].every(isWhole) && height <= 53 && this.#has(height, from + count));
    return this.#tree.nodes(height, from, count);
  }

  /** Throws `log-range`. */
  checkEntries(from: number, count: number): void {
    checkRange(isWhole(from) && isWhole(count) && from + count <= this.size);
  }

  #has(height: number, end: number): boolean {
    return end * 2 ** height <= this.size;
  }
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function checkRange(holds: boolean): void {
  if (!holds) throw logError("log-range");
}

/** One character a byte: half the memory of hexadecimal. */
function keyOf(tag: Uint8Array): string {
  return Buffer.from(tag.buffer, tag.byteOffset, tag.length).toString("latin1");
}

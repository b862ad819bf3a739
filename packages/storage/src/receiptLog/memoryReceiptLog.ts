import type { LogHead, ReceiptLog, ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { checkEntry, copyEntry } from "./logEntry.ts";
import { logError } from "./logErrors.ts";
import { LogIndex } from "./logIndex.ts";

/** For tests of what stands above the port: nothing outlives the process. */
export class MemoryReceiptLog implements ReceiptLog {
  readonly #index = new LogIndex();
  readonly #entries: ReceiptLogEntry[] = [];
  #closed = false;

  async append(entry: ReceiptLogEntry): Promise<number> {
    this.#checkOpen();
    checkEntry(entry);
    this.#entries.push(copyEntry(entry));
    return this.#index.append(entry.commitment, entry.tag);
  }

  writable(): boolean {
    return !this.#closed;
  }

  head(): LogHead {
    return this.#index.headAt(this.#index.size);
  }

  headAt(size: number): LogHead {
    return this.#index.headAt(size);
  }

  async read(index: number): Promise<ReceiptLogEntry> {
    this.#checkOpen();
    this.#index.checkIndex(index);
    return copyEntry(this.#entries[index] as ReceiptLogEntry);
  }

  find(tag: Uint8Array): readonly number[] {
    return this.#index.find(tag);
  }

  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    return this.#index.inclusionProof(index, size);
  }

  consistencyProof(from: number, to: number): readonly Uint8Array[] {
    return this.#index.consistencyProof(from, to);
  }

  nodes(height: number, from: number, count: number): Uint8Array {
    return this.#index.nodes(height, from, count);
  }

  async commitments(from: number, count: number): Promise<readonly Uint8Array[]> {
    this.#checkOpen();
    this.#index.checkEntries(from, count);
    const entries = this.#entries.slice(from, from + count);
    return entries.map(({ commitment }) => Uint8Array.from(commitment));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw logError("log-closed");
  }
}

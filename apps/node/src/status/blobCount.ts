import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { NodeContext } from "../context.ts";

/** Milliseconds for which a count is good: counting looks at every file. */
const GOOD_FOR = 600_000;

/** How many blobs there are, and how large: counted in the background when somebody asks, since it takes a look at every file. */
export class BlobCount {
  readonly #context: Pick<NodeContext, "timers"> & { readonly blobs: Pick<BlobStore, "list" | "size"> };
  #newest: { readonly count: number; readonly bytes: number; readonly at: number } | null = null;
  #counting: Promise<void> | null = null;

  constructor(context: Pick<NodeContext, "timers"> & { readonly blobs: Pick<BlobStore, "list" | "size"> }) {
    this.#context = context;
  }

  /** The newest count, `null` before the first one is done. One that is old is begun anew. */
  newest(): { readonly count: number; readonly bytes: number } | null {
    const now = this.#context.timers.now();
    if (this.#newest === null || now - this.#newest.at > GOOD_FOR) this.#begin(now);
    return this.#newest === null ? null : { count: this.#newest.count, bytes: this.#newest.bytes };
  }

  /** Resolves when no count is under way. */
  async settled(): Promise<void> {
    await this.#counting;
  }

  #begin(at: number): void {
    this.#counting ??= this.#count(at).then(
      () => void (this.#counting = null),
      // A disk that does not answer shows elsewhere; the next one who asks counts again.
      () => void (this.#counting = null),
    );
  }

  async #count(at: number): Promise<void> {
    const { blobs } = this.#context;
    let count = 0;
    let bytes = 0;
    for await (const cid of blobs.list()) {
      const size = await blobs.size(cid);
      if (size === null) continue;
      count += 1;
      bytes += size;
    }
    this.#newest = { count, bytes, at };
  }
}

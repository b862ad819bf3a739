/**
 * Where one opened content is written, such as a temporary file that gets its name at the end. Each piece is authentic, but whether the content is
 * whole is known at the end alone.
 *
 * - `write` gets the pieces in order, one call after the other.
 * - `commit` follows the last piece when the whole was verified: only then may the content appear under its name.
 * - `discard` is called instead when it was not; nothing of the content may remain.
 */
export interface ContentSink {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Fills a sink and commits it, or discards it and passes the failure on. */
export async function fillSink(sink: ContentSink, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) await sink.write(piece);
  } catch (error) {
    await sink.discard();
    throw error;
  }
  await sink.commit();
}

/** A sink whose failures are told apart from those of the nodes that fill it. */
export class WatchedSink implements ContentSink {
  readonly #sink: ContentSink;
  readonly #onFailure: () => void;

  constructor(sink: ContentSink, onFailure: () => void) {
    this.#sink = sink;
    this.#onFailure = onFailure;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#watched(this.#sink.write(bytes));
  }

  commit(): Promise<void> {
    return this.#watched(this.#sink.commit());
  }

  discard(): Promise<void> {
    return this.#watched(this.#sink.discard());
  }

  async #watched(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#onFailure();
      throw error;
    }
  }
}

import { concatBytes } from "@anamnesis/core/encoding/bytes";
import type { ContentSink } from "../contentSink.ts";

/** A sink in memory that tells how it ended. */
export class MemorySink implements ContentSink {
  state: "open" | "committed" | "discarded" = "open";
  readonly #pieces: Uint8Array[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes.slice());
  }

  async commit(): Promise<void> {
    this.state = "committed";
  }

  async discard(): Promise<void> {
    this.state = "discarded";
  }

  bytes(): Uint8Array {
    return concatBytes(...this.#pieces);
  }
}

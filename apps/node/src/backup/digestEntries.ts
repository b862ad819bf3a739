import { concatBytes, toHex, uintBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { createHash } from "node:crypto";
import type { TarEntry } from "./tar.ts";

/**
 * One digest over all entries that pass, in constant memory: SHA-256 over name ‖ 0x00 ‖ size (8 bytes, big-endian) ‖ SHA-256 of
 * the body, for each in order.
 */
export class EntriesDigest {
  readonly #hash = createHash("sha256");
  #count = 0;

  /** The same entry; it counts when its body was read to the end. */
  pass(entry: TarEntry): TarEntry {
    return { ...entry, body: this.#passBody(entry) };
  }

  /** Of those that passed so far. */
  result(): { readonly entries: number; readonly digest: string } {
    return { entries: this.#count, digest: toHex(this.#hash.copy().digest()) };
  }

  async *#passBody({ name, size, body }: TarEntry): AsyncGenerator<Uint8Array> {
    const hash = createHash("sha256");
    for await (const piece of body) {
      hash.update(piece);
      yield piece;
    }
    this.#hash.update(concatBytes(utf8ToBytes(name), new Uint8Array(1), uintBytes(size, 8), hash.digest()));
    this.#count++;
  }
}

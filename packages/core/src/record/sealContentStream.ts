import { concatBytes } from "../encoding/bytes.ts";
import { CidHasher, CODEC_RAW } from "../encoding/cid.ts";
import { CHUNK_BYTES, type Pieces, SEALED_CHUNK_BYTES, sealFirstLast } from "../crypto/stream.ts";
import type { Cid } from "../ids.ts";
import type { ContentSpool } from "../ports/contentSpool.ts";
import { type ContentMeta, contentPadding, contentPrefix } from "./content.ts";

/** A content whose bytes come piece by piece; their number need not be known before the last one. */
export interface StreamedContent {
  readonly meta: ContentMeta;
  readonly pieces: Pieces;
  /** Takes the ciphertext. */
  readonly spool: ContentSpool;
}

export interface SealedStream {
  readonly cid: Cid;
  /** Bytes of the ciphertext. */
  readonly length: number;
}

/**
 * Seals a content into its spool: byte for byte what `sealBytes(dek, packContent(…))` gives, with a chunk in memory at a time. The
 * prefix holds the length, so the first chunk is sealed when all others are, and the CID is computed from what the spool
 * gives back: what was kept is what is named.
 */
export async function sealContentStream(dek: Uint8Array, content: StreamedContent): Promise<SealedStream> {
  const { meta, pieces, spool } = content;
  let length = 0;
  const packed = async function* (): AsyncGenerator<Uint8Array> {
    const prefix = contentPrefix(meta, 0);
    yield prefix;
    for await (const piece of pieces) {
      length += piece.length;
      yield piece;
    }
    const zeros = new Uint8Array(CHUNK_BYTES);
    for (let rest = contentPadding(prefix.length + length); rest > 0; rest -= zeros.length) {
      yield zeros.subarray(0, Math.min(rest, zeros.length));
    }
  };
  const finish = (first: Uint8Array): void => first.set(contentPrefix(meta, length));
  for await (const { index, bytes } of sealFirstLast(dek, packed(), finish)) {
    await spool.write(index * SEALED_CHUNK_BYTES, bytes);
  }
  const hasher = new CidHasher();
  for await (const piece of spool.read()) hasher.update(piece);
  return { cid: hasher.cid(CODEC_RAW), length: hasher.length };
}

/** A spool in memory, for contents that fit there. */
export class MemorySpool implements ContentSpool {
  readonly #chunks = new Map<number, Uint8Array>();

  async write(position: number, bytes: Uint8Array): Promise<void> {
    this.#chunks.set(position, bytes);
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (const [, bytes] of this.#inOrder()) yield bytes;
  }

  bytes(): Uint8Array {
    return concatBytes(...this.#inOrder().map(([, bytes]) => bytes));
  }

  #inOrder(): readonly (readonly [number, Uint8Array])[] {
    return [...this.#chunks].sort(([a], [b]) => a - b);
  }
}

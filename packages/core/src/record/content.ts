import { nullable, reserved, struct, text, type Infer } from "../encoding/codec.ts";
import { concatBytes, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { padmeLength } from "../crypto/padme.ts";
import { AnamnesisError } from "../errors.ts";

/** What stands before the content's bytes, inside the encryption. */
export const contentMeta = defineFormat(
  "content",
  struct({
    mediaType: text(128),
    /** Where it came from: the author's system and its id and version there; what makes an import idempotent. */
    source: nullable(struct({ key: text(512), version: text(128) })),
    /** The practitioner's own signature; comes with co-signed results. */
    practitioner: reserved,
  }),
  4096,
);
export type ContentMeta = Infer<typeof contentMeta>;

export interface Content {
  readonly meta: ContentMeta;
  readonly bytes: Uint8Array;
}

/** 4 bytes: length of the meta ‖ meta ‖ 6 bytes: length of the bytes ‖ bytes ‖ zeros up to the PADMÉ length. */
export function packContent(content: Content): Uint8Array {
  const prefix = contentPrefix(content.meta, content.bytes.length);
  return concatBytes(
    prefix,
    content.bytes,
    new Uint8Array(contentPadding(prefix.length + content.bytes.length)),
  );
}

/** The bytes before a content's own: what `packContent` begins with. `length`: bytes of the content. */
export function contentPrefix(meta: ContentMeta, length: number): Uint8Array {
  const encoded = contentMeta.encode(meta);
  return concatBytes(uintBytes(encoded.length, 4), encoded, uintBytes(length, 6));
}

/** Zeros behind a content: `used` bytes are prefix and content. */
export function contentPadding(used: number): number {
  return padmeLength(used) - used;
}

/**
 * Reads the prefix of a content that is `packed` bytes long from its first bytes (its first chunk is always enough): what it is, where its
 * bytes begin and how many they are. Throws `bad-content`.
 */
export function readContentPrefix(
  first: Uint8Array,
  packed: number,
): { readonly meta: ContentMeta; readonly at: number; readonly length: number } {
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  if (first.length < 10) throw badContent();
  const metaLength = view.getUint32(0);
  const at = 4 + metaLength + 6;
  if (metaLength > contentMeta.maxBytes || at > first.length) throw badContent();
  const meta = contentMeta.decode(first.subarray(4, 4 + metaLength));
  const length = view.getUint16(4 + metaLength) * 2 ** 32 + view.getUint32(6 + metaLength);
  if (at + length > packed || padmeLength(at + length) !== packed) throw badContent();
  return { meta, at, length };
}

export function badContent(): AnamnesisError<"bad-content"> {
  return new AnamnesisError({
    code: "bad-content",
    rule: "A content is meta, bytes and zero padding to its PADMÉ length.",
    fix: "Report the record to its author: what was sealed is not well formed.",
  });
}

/** Throws `bad-content`, also when the padding is not all zeros or not of the one right length. */
export function unpackContent(packed: Uint8Array): Content {
  const { meta, at, length } = readContentPrefix(packed, packed.length);
  const end = at + length;
  requireZeros(packed.subarray(end));
  return { meta, bytes: packed.subarray(at, end) };
}

/** Throws `bad-content`. */
export function requireZeros(padding: Uint8Array): void {
  for (const byte of padding) if (byte !== 0) throw badContent();
}

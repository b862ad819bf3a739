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
  const meta = contentMeta.encode(content.meta);
  const used = 4 + meta.length + 6 + content.bytes.length;
  const padding = new Uint8Array(padmeLength(used) - used);
  return concatBytes(
    uintBytes(meta.length, 4),
    meta,
    uintBytes(content.bytes.length, 6),
    content.bytes,
    padding,
  );
}

function badContent(): AnamnesisError<"bad-content"> {
  return new AnamnesisError({
    code: "bad-content",
    rule: "A content is meta, bytes and zero padding to its PADMÉ length.",
    fix: "Report the record to its author: what was sealed is not well formed.",
  });
}

/** Throws `bad-content`, also when the padding is not all zeros or not of the one right length. */
export function unpackContent(packed: Uint8Array): Content {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < 10) throw badContent();
  const metaLength = view.getUint32(0);
  const bytesAt = 4 + metaLength + 6;
  if (metaLength > contentMeta.maxBytes || bytesAt > packed.length) throw badContent();
  const meta = contentMeta.decode(packed.subarray(4, 4 + metaLength));
  const length = view.getUint16(4 + metaLength) * 2 ** 32 + view.getUint32(6 + metaLength);
  const end = bytesAt + length;
  if (end > packed.length || padmeLength(end) !== packed.length) throw badContent();
  for (let i = end; i < packed.length; i++) if (packed[i] !== 0) throw badContent();
  return { meta, bytes: packed.subarray(bytesAt, end) };
}

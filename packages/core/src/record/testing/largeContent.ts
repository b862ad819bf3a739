import { testAuthor, testSegment, testWorld } from "@anamnesis/testkit/core/world";
import { contentKey } from "../contentKey.ts";
import { coreLabel, type RecordBody } from "../header.ts";
import type { ContentMeta } from "../content.ts";
import { MemorySpool, sealContentStream } from "../sealContentStream.ts";

export const META: ContentMeta = {
  mediaType: "application/pdf",
  source: { key: "a|Binary/1", version: "1" },
};

/** A sealed content with the keys that open it. */
export interface LargeContent {
  readonly body: RecordBody;
  readonly k1: Uint8Array;
  readonly G: Uint8Array;
  readonly bytes: Uint8Array;
  readonly ciphertext: Uint8Array;
}

export function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) + 1) & 255);
}

export async function largeContent(length: number): Promise<LargeContent> {
  const world = testWorld("large content");
  const segment = await testSegment("large content", "general");
  const session = await world.session(segment);
  const small = await world.seal({ segment, session, author: testAuthor("north"), bytes: bytesOf(1) });
  const { body: base } = small.header;
  const [k1, G] = [world.random(32), world.random(33)];
  const { dek, commitment } = contentKey(k1, G, coreLabel(base.core), base.U);
  const bytes = bytesOf(length);
  const spool = new MemorySpool();
  const content = await sealContentStream(dek, { meta: META, pieces: [bytes], spool });
  const body = {
    ...base,
    keyCommitment: commitment,
    content: content.cid,
    contentBytes: content.length,
  };
  return { body, k1, G, bytes, ciphertext: spool.bytes() };
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Uint8Array.from(Buffer.concat(all));
}

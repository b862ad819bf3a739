import { MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Cid } from "@anamnesis/core/ids";
import { fetchBlobs } from "./fetchBlobs.ts";
import type { OpenParameters, UnlockedRecord } from "./openLocks.ts";
import { keepersOf } from "./openWraps.ts";

/** The contents of released records that are small enough to come together; see `fetchBlobs`. */
export function fetchAhead(
  { runtime, consortium, access }: Pick<OpenParameters, "runtime" | "consortium" | "access">,
  records: readonly UnlockedRecord[],
): Promise<ReadonlyMap<Cid, Uint8Array>> {
  const small = records.filter(
    ({ G, header: { body } }) => G !== null && body.contentBytes <= MAX_INLINE_CONTENT,
  );
  return fetchBlobs(
    runtime,
    access.signer,
    small.map((item) => {
      const { content: cid, contentBytes: size } = item.header.body;
      return { cid, size, codec: CODEC_RAW, endpoints: keepersOf(consortium, access, item) };
    }),
  );
}

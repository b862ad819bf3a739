import { type BlobBundle, MAX_BUNDLE_BYTES, MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { hasCode } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** Files that are open at once for one request. */
const AT_ONCE = 16;

/**
 * Many small blobs in the order of their names; `null` for what is not here, is damaged, is larger than an inline content or
 * would make the answer larger than `MAX_BUNDLE_BYTES`: that is to be had one by one.
 */
export async function getBlobs(
  { blobs }: Pick<NodeContext, "blobs">,
  cids: readonly Cid[],
): Promise<BlobBundle> {
  const found: (Uint8Array | null)[] = [];
  let room = MAX_BUNDLE_BYTES;
  for (let from = 0; from < cids.length; from += AT_ONCE) {
    const some = await Promise.all(cids.slice(from, from + AT_ONCE).map((cid) => smallBlob(blobs, cid)));
    for (const bytes of some) {
      const fits = bytes !== null && bytes.length <= room;
      if (fits) room -= bytes.length;
      found.push(fits ? bytes : null);
    }
  }
  return { blobs: found };
}

async function smallBlob(blobs: NodeContext["blobs"], cid: Cid): Promise<Uint8Array | null> {
  const size = await blobs.size(cid);
  if (size === null || size > MAX_INLINE_CONTENT) return null;
  try {
    return await blobs.get(cid);
  } catch (error) {
    if (hasCode(error, "blob-corrupt")) return null;
    throw error;
  }
}

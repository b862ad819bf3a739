import { AnamnesisError } from "@anamnesis/core/errors";
import type { Download } from "../route.ts";

/**
 * A download in memory, for what is known to be small. Throws `too-large` before anything is read when it has more than `most` bytes, and what
 * reading it throws.
 */
export async function collect(download: Download, most: number): Promise<Uint8Array> {
  const pieces = download.pieces[Symbol.asyncIterator]();
  if (download.length > most) {
    await pieces.return?.();
    throw new AnamnesisError({
      code: "too-large",
      rule: "A structure is no larger than its format allows.",
      fix: "Ask another node: this one gives something else under the same name.",
    });
  }
  const bytes = new Uint8Array(download.length);
  let at = 0;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    bytes.set(next.value, at);
    at += next.value.length;
  }
  return bytes;
}

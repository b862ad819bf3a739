import { aesGcmOpen, aesGcmSeal } from "../crypto/aead.ts";
import { hkdf } from "../crypto/kdf.ts";
import { concatBytes, fromHex, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import type { SegmentId } from "../ids.ts";

function linkKey(segmentKeySeed: Uint8Array, segment: SegmentId, epoch: number): Uint8Array {
  const info = concatBytes(utf8ToBytes("anamnesis/link/1"), fromHex(segment), uintBytes(epoch, 4));
  return hkdf(segmentKeySeed, { info, length: 32 });
}

// The key is used once: an epoch has one predecessor, and a repeated sealing gives the same bytes.
const NONCE = new Uint8Array(12);

/**
 * The previous epoch's segment key (32-byte seed) under the key of `epoch`: 48 bytes. So the current key opens all
 * earlier epochs, and nothing is ever sealed again. Symmetric: it needs no asymmetric assumption at all.
 */
export async function sealLink(
  segment: SegmentId,
  epoch: number,
  currentSeed: Uint8Array,
  previousSeed: Uint8Array,
): Promise<Uint8Array> {
  return aesGcmSeal(linkKey(currentSeed, segment, epoch), NONCE, previousSeed, new Uint8Array());
}

/** The key seed of epoch `epoch - 1` (32 bytes). Throws `aead-open`. */
export async function openLink(
  segment: SegmentId,
  epoch: number,
  currentSeed: Uint8Array,
  link: Uint8Array,
): Promise<Uint8Array> {
  return aesGcmOpen(linkKey(currentSeed, segment, epoch), NONCE, link, new Uint8Array());
}

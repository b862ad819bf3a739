import { concatBytes, fromHex, utf8ToBytes } from "../encoding/bytes.ts";
import { hkdf } from "../crypto/kdf.ts";
import type { Digest } from "../ids.ts";
import type { SegmentKind } from "../segment/kind.ts";

/**
 * Salt (32 bytes) of the consent of one kind by which a request is granted. It follows from the root, so that whoever broke off between the grant and the answer, and every other
 * device with these keys, finds which consents were meant for it, and nobody else does.
 */
export function answerSalt(root: Uint8Array, request: Digest, kind: SegmentKind): Uint8Array {
  const info = concatBytes(utf8ToBytes("anamnesis/answer-salt/1"), fromHex(request), utf8ToBytes(kind));
  return hkdf(root, { info, length: 32 });
}

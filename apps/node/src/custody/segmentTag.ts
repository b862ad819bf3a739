import { concatBytes, fromHex } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";
import type { SegmentId } from "@anamnesis/core/ids";

/** SHA-256("anamnesis/receipt-tag/1" ‖ the log's secret (32) ‖ segment (32)): finds a segment's entries, names no segment to who has the file alone. */
export function segmentTag(tagSecret: Uint8Array, segment: SegmentId): Uint8Array {
  return domainHash("anamnesis/receipt-tag/1", concatBytes(tagSecret, fromHex(segment)));
}

import { domainHashHex } from "../encoding/hash.ts";
import type { RecordId } from "../ids.ts";

/**
 * SHA-256("anamnesis/record-id/1" ‖ U), U the 33-byte compressed point of lock B. Random, and named after the
 * very point whose raising has to stop when the record is erased.
 */
export function recordIdOf(U: Uint8Array): RecordId {
  return domainHashHex<RecordId>("anamnesis/record-id/1", U);
}

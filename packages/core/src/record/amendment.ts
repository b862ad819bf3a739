import { fixedBytes, hash32, struct, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { Hash32, RecordId } from "../ids.ts";

/** Inside a successor's wrap: which record of the same author it takes the place of, and the salt of what the ledger was told. */
export const amendment = struct({
  record: hash32<RecordId>(),
  salt: fixedBytes(32),
});
export type Amendment = Infer<typeof amendment>;

/**
 * What an amended record's author writes to the ledger: SHA-256("anamnesis/successor/1" ‖ salt (32 bytes) ‖ the successor's record id). Who has
 * salt and record can tell, nobody else.
 */
export function successorOf(salt: Uint8Array, successor: RecordId): Hash32 {
  return domainHashHex("anamnesis/successor/1", salt, fromHex(successor));
}

import { array, int, nullable, struct, text, type Infer } from "../encoding/codec.ts";
import { encodeCbor } from "../encoding/cbor.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { Day, Hash32 } from "../ids.ts";

const day = int<Day>(2 ** 24);

/** What a header hides behind one salted commitment, and what the custodians decide on once it is opened. */
export const attributes = struct({
  /** FHIR R4 resource type. */
  resourceType: text(64, /^[A-Z][A-Za-z]+$/),
  /** Clinical period in days since 1970, both ends included; `null`: the resource has none. */
  from: nullable(day),
  to: nullable(day),
  /** DS4P sensitivity codes. */
  labels: array(text(64), 16),
});
export type Attributes = Infer<typeof attributes>;

/** SHA-256("anamnesis/attributes/1" ‖ salt (32 bytes) ‖ deterministic CBOR). */
export function attributesCommitment(value: Attributes, salt: Uint8Array): Hash32 {
  return domainHashHex("anamnesis/attributes/1", salt, encodeCbor(attributes.toCbor(value)));
}

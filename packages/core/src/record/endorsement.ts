import { array, badField, fixedBytes, hash32, mapped, struct, uint, type Infer } from "../encoding/codec.ts";
import { encodeCbor } from "../encoding/cbor.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { Hash32, OrganisationId } from "../ids.ts";

/** As many as a contract keeps a bit for. */
export const MAX_ENDORSERS = 16;

const named = struct({
  /** With how many endorsements the record counts as final. */
  threshold: uint(MAX_ENDORSERS),
  /** In the order in which they are named on the ledger, each once. */
  organisations: array(hash32<OrganisationId>(), MAX_ENDORSERS, 1),
});

/** Who has to sign a record besides its author's header. */
export type Endorsers = Infer<typeof named>;

/** True for 1 to 16 organisations, each once, and a threshold that they can reach: what the ledger takes. */
export function areEndorsers({ threshold, organisations }: Endorsers): boolean {
  const { length } = organisations;
  return (
    length >= 1 &&
    length <= MAX_ENDORSERS &&
    new Set(organisations).size === length &&
    threshold >= 1 &&
    threshold <= length
  );
}

/** What a header hides behind its commitment `endorsement`: who was to co-sign, and the salt. */
export const endorsement = mapped(
  struct({
    threshold: uint(MAX_ENDORSERS),
    organisations: array(hash32<OrganisationId>(), MAX_ENDORSERS, 1),
    salt: fixedBytes(32),
  }),
  (value, path) => {
    if (!areEndorsers(value))
      throw badField(path, "distinct organisations and a threshold that they can reach");
    return value;
  },
  (value) => value,
);
export type Endorsement = Infer<typeof endorsement>;

/** SHA-256("anamnesis/endorsement/1" ‖ salt (32 bytes) ‖ deterministic CBOR of `organisations` and `threshold`). */
export function endorsementCommitment({ threshold, organisations, salt }: Endorsement): Hash32 {
  return domainHashHex(
    "anamnesis/endorsement/1",
    salt,
    encodeCbor(named.toCbor({ threshold, organisations })),
  );
}

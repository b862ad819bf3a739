import { toHex } from "@anamnesis/core/encoding/bytes";
import { kindCommitment, SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownedSegment, ownerKeyOf, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { seededRandom } from "./seededRandom.ts";

/** A segment, its opening, and the key that may rotate its owner. */
export interface OwnerCase {
  readonly segment: string;
  readonly owner: string;
  readonly nextOwner: string;
  readonly kind: string;
  readonly nextKey: { readonly secret: string; readonly publicKey: string; readonly address: string };
}

/** What vectors/owners.json holds: what a contract has to compute to check a rotation. */
export function ownerVectors(): { readonly cases: readonly OwnerCase[] } {
  const cases = SEGMENT_KINDS.flatMap((name) =>
    ["a", "b"].map((patient) => {
      const seed = seededRandom(`owners/${patient}`)(32);
      const next = ownerKeyOf(rootOfSeed(seed, 1), name);
      const { id, opening } = ownedSegment(rootOfSeed(seed, 0), next.publicKey, name);
      return {
        segment: id,
        owner: opening.owner,
        nextOwner: opening.nextOwner,
        kind: kindCommitment(opening.kind, opening.kindSalt),
        nextKey: {
          secret: toHex(next.secret),
          publicKey: toHex(next.publicKey),
          address: next.address,
        },
      };
    }),
  );
  return { cases };
}

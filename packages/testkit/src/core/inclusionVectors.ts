import { inclusionPath, leafHash, rootOf } from "@anamnesis/core/audit/merkleTree";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel, Hex, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { encodeLeaf, type Leaf } from "@anamnesis/core/record/leaf";
import { seededRandom } from "./seededRandom.ts";

/** A leaf, its place, and a proof that either holds or does not. */
export interface InclusionCase extends Leaf {
  readonly name: string;
  readonly leafHash: Hex;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Hex[];
  readonly root: Hex;
  readonly valid: boolean;
}

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 100];

/** What vectors/inclusion.json holds: inclusion proofs of batches' leaves (RFC 6962), good ones and spoilt ones. */
export function inclusionVectors(): { readonly cases: readonly InclusionCase[] } {
  return { cases: SIZES.flatMap((size) => casesOf(size)) };
}

function casesOf(size: number): readonly InclusionCase[] {
  const random = seededRandom(`inclusion/${size}`);
  const leaves: Leaf[] = Array.from({ length: size }, () => ({
    record: toHex<RecordId>(random(32)),
    label: toHex<BodyLabel>(random(32)),
    organisation: toHex<OrganisationId>(random(32)),
  }));
  const hashes = leaves.map((leaf) => leafHash(encodeLeaf(leaf)));
  const root = toHex(rootOf(hashes));
  const good = (index: number): InclusionCase => ({
    ...(leaves[index] as Leaf),
    name: `leaf ${index} of ${size}`,
    leafHash: toHex(hashes[index] as Uint8Array),
    index,
    size,
    path: inclusionPath(hashes, index).map((hash) => toHex(hash)),
    root,
    valid: true,
  });
  const last = good(size - 1);
  const spoilt = (what: string, changes: Partial<InclusionCase>): InclusionCase => ({
    ...last,
    ...changes,
    name: `${last.name}, ${what}`,
    valid: false,
  });
  const other = toHex(random(32));
  return [...new Set([0, 1, size >> 1, size - 2, size - 1].filter((index) => index >= 0 && index < size))]
    .map(good)
    .concat(
      spoilt("another root", { root: other }),
      spoilt("one hash more", { path: [...last.path, other] }),
      spoilt("a place beyond the end", { index: size }),
      spoilt("a larger tree", { size: size * 2 + 1 }),
      spoilt("an empty tree", { size: 0 }),
      ...(size === 1
        ? []
        : [
            spoilt("one hash less", { path: last.path.slice(0, -1) }),
            spoilt("another first hash", { path: [other, ...last.path.slice(1)] }),
            spoilt("the place before", { index: size - 2 }),
          ]),
    );
}

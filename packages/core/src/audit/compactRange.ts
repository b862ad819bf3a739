import { AnamnesisError } from "../errors.ts";
import { EMPTY_ROOT, nodeHash } from "./merkleTree.ts";

/**
 * The first `size` leaves of a tree as the roots of its complete subtrees, largest first (one for each bit of the
 * size): all that is needed to append and to give the root. At most 53 hashes, so it is what a follower keeps.
 */
export class CompactRange {
  #size: number;
  readonly #hashes: Uint8Array[];

  /** Throws `tree-range` when there are not as many hashes (32 bytes each) as the size has bits. */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    const isSize = Number.isSafeInteger(size) && size >= 0;
    if (!isSize || hashes.length !== bitsOf(size) || hashes.some((hash) => hash.length !== 32)) {
      throw new AnamnesisError({
        code: "tree-range",
        rule: "The beginning of a tree has one hash of 32 bytes for each bit of its size.",
        fix: "Begin from the empty tree again.",
      });
    }
    this.#size = size;
    this.#hashes = [...hashes];
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly Uint8Array[] {
    return [...this.#hashes];
  }

  append(leafHash: Uint8Array): void {
    let hash = leafHash;
    // Sizes go beyond 32 bits, so no bit operators.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(this.#hashes.pop() as Uint8Array, hash);
    }
    this.#hashes.push(hash);
    this.#size++;
  }

  root(): Uint8Array {
    const [last, ...earlier] = this.#hashes.toReversed();
    if (last === undefined) return EMPTY_ROOT.slice();
    return earlier.reduce((right, left) => nodeHash(left, right), last);
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";

/**
 * The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256. All hashes are 32 bytes. Leaves
 * and inner nodes are hashed under different first bytes, so neither can be taken for the other.
 */

const HASH_BYTES = 32;
const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** SHA-256 of nothing: the root of the empty tree (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** SHA-256(0x00 ‖ data), 32 bytes. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, data));
}

/** SHA-256(0x01 ‖ left ‖ right), 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right));
}

/** Where the paths below take the hashes of subtrees from: leaves, a tree in memory, or tiles. */
export interface Subtrees {
  /** Hash of the tree over `count` (at least 1) leaves from `start`. */
  subtree(start: number, count: number): Uint8Array;
}

/** The largest power of two below `count`, which is at least 2: where RFC 6962 splits a tree. */
export function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** Computes every subtree from the leaves: n hashes for n leaves. */
class LeafSubtrees implements Subtrees {
  readonly #leaves: readonly Uint8Array[];

  constructor(leaves: readonly Uint8Array[]) {
    this.#leaves = leaves;
  }

  subtree(start: number, count: number): Uint8Array {
    if (count === 1) return this.#leaves[start] as Uint8Array;
    const split = splitOf(count);
    return nodeHash(this.subtree(start, split), this.subtree(start + split, count - split));
  }
}

function checkRange(holds: boolean): void {
  if (holds) return;
  throw new AnamnesisError({
    code: "tree-range",
    rule: "A proof is about leaves and sizes that the tree has.",
    fix: "Ask for an index below the size and for a size up to the tree's own.",
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** PATH(m, D[n]) of RFC 6962 section 2.1.1 for leaf `index` of the `count` leaves from `start`. */
function path(tree: Subtrees, index: number, start: number, count: number): Uint8Array[] {
  if (count === 1) return [];
  const split = splitOf(count);
  return index < split
    ? [...path(tree, index, start, split), tree.subtree(start + split, count - split)]
    : [...path(tree, index - split, start + split, count - split), tree.subtree(start, split)];
}

/** SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2; `whole` says that the verifier knows the subtree already. */
function subproof(tree: Subtrees, from: number, start: number, count: number, whole: boolean): Uint8Array[] {
  if (from === count) return whole ? [] : [tree.subtree(start, count)];
  const split = splitOf(count);
  return from <= split
    ? [...subproof(tree, from, start, split, whole), tree.subtree(start + split, count - split)]
    : [...subproof(tree, from - split, start + split, count - split, false), tree.subtree(start, split)];
}

/** Root of the first `size` leaves. */
export function rootIn(tree: Subtrees, size: number): Uint8Array {
  return size === 0 ? EMPTY_ROOT.slice() : tree.subtree(0, size);
}

/** As `inclusionPath`, for leaf `index` of the first `size`, over whatever has the subtrees. Throws `tree-range`. */
export function inclusionPathIn(tree: Subtrees, index: number, size: number): Uint8Array[] {
  checkRange(isCount(index) && isCount(size) && index < size);
  return path(tree, index, 0, size);
}

/** As `consistencyPath`, over whatever has the subtrees. Throws `tree-range`. */
export function consistencyPathIn(tree: Subtrees, from: number, to: number): Uint8Array[] {
  checkRange(isCount(from) && isCount(to) && from <= to);
  return from === 0 ? [] : subproof(tree, from, 0, to, true);
}

/** Root over leaf hashes. Takes n - 1 hashes; a log that grows uses `MerkleTree`. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0 ? EMPTY_ROOT : new LeafSubtrees(leafHashes).subtree(0, leafHashes.length);
}

/** Proof that leaf `index` is in the tree of the first `size` leaves, from the leaf upwards. Throws `tree-range`. */
export function inclusionPath(
  leafHashes: readonly Uint8Array[],
  index: number,
  size: number = leafHashes.length,
): Uint8Array[] {
  checkRange(isCount(index) && isCount(size) && index < size && size <= leafHashes.length);
  return path(new LeafSubtrees(leafHashes), index, 0, size);
}

/** Proof that the tree of the first `from` leaves is the beginning of that of the first `to`. Throws `tree-range`. */
export function consistencyPath(
  leafHashes: readonly Uint8Array[],
  from: number,
  to: number = leafHashes.length,
): Uint8Array[] {
  checkRange(isCount(from) && isCount(to) && from <= to && to <= leafHashes.length);
  return from === 0 ? [] : subproof(new LeafSubtrees(leafHashes), from, 0, to, true);
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash instanceof Uint8Array && hash.length === HASH_BYTES);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

/** A place in the tree and the last place of its level, on the way up. Sizes go beyond 32 bits, so no bit operators. */
class Climb {
  node: number;
  last: number;

  constructor(node: number, last: number) {
    this.node = node;
    this.last = last;
  }

  up(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }

  /** Is the next hash of a proof the left sibling? Skips the levels on which a last node has no sibling. */
  siblingIsLeft(): boolean {
    if (!isOdd(this.node) && this.node !== this.last) return false;
    while (!isOdd(this.node) && this.node !== 0) this.up();
    return true;
  }
}

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  /** Size and root come from one signed head or anchor: a root alone does not say how many leaves it has. */
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. False for whatever does not prove the claim, malformed proofs included; never throws. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!areHashes([claim.leafHash, root, ...claim.path])) return false;
  const climb = new Climb(index, size - 1);
  let hash = claim.leafHash;
  for (const sibling of claim.path) {
    if (climb.last === 0) return false;
    hash = climb.siblingIsLeft() ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    climb.up();
  }
  return climb.last === 0 && equalBytes(hash, root);
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/**
 * RFC 9162 section 2.1.4.2; the empty tree is the beginning of every tree, with an empty path. False for whatever
 * does not prove the claim, malformed proofs included; never throws.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { from, fromRoot, to, toRoot } = claim;
  if (!isCount(from) || !isCount(to) || from > to) return false;
  if (!areHashes([fromRoot, toRoot, ...claim.path])) return false;
  if (from === to) {
    if (from === 0 && !equalBytes(fromRoot, EMPTY_ROOT)) return false;
    return claim.path.length === 0 && equalBytes(fromRoot, toRoot);
  }
  if (from === 0) return claim.path.length === 0 && equalBytes(fromRoot, EMPTY_ROOT);

  const climb = new Climb(from - 1, to - 1);
  while (isOdd(climb.node)) climb.up();
  // Where `from` is a power of two its root is itself the first node, and the proof leaves it out.
  const [first, ...rest] = climb.node === 0 ? [fromRoot, ...claim.path] : claim.path;
  if (first === undefined) return false;
  let oldRoot = first;
  let newRoot = first;
  for (const sibling of rest) {
    if (climb.last === 0) return false;
    if (climb.siblingIsLeft()) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
    } else {
      newRoot = nodeHash(newRoot, sibling);
    }
    climb.up();
  }
  return climb.last === 0 && equalBytes(oldRoot, fromRoot) && equalBytes(newRoot, toRoot);
}

/** Hashes of one level, one after the other, in one buffer that doubles. */
class Level {
  #bytes = new Uint8Array(HASH_BYTES * 8);
  length = 0;

  push(hash: Uint8Array): void {
    const end = this.length * HASH_BYTES;
    if (end === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hash, end);
    this.length++;
  }

  /** A copy: callers keep and send what they get. */
  at(index: number): Uint8Array {
    return this.range(index, 1);
  }

  range(from: number, count: number): Uint8Array {
    return this.#bytes.slice(from * HASH_BYTES, (from + count) * HASH_BYTES);
  }
}

/**
 * A tree that only grows. It keeps every complete subtree (2n hashes for n leaves, 32 bytes each, in buffers that are
 * at least half full): appending takes two hashes on average, roots and proofs of every earlier size O(log n).
 */
export class MerkleTree implements Subtrees {
  /** `#levels[h]` holds the complete subtrees of 2^h leaves, from the left. */
  readonly #levels: Level[] = [new Level()];

  get size(): number {
    return (this.#levels[0] as Level).length;
  }

  /** @param hash `leafHash` of the leaf's data, 32 bytes. Returns its index. Throws `bad-length`. */
  append(hash: Uint8Array): number {
    if (hash.length !== HASH_BYTES) {
      throw new AnamnesisError({
        code: "bad-length",
        rule: "A leaf hash has 32 bytes.",
        fix: "Give leafHash(data), not the data.",
        meta: { length: hash.length },
      });
    }
    const index = this.size;
    let node = hash;
    for (let height = 0; ; height++) {
      const level = (this.#levels[height] ??= new Level());
      level.push(node);
      if (isOdd(level.length)) return index;
      node = nodeHash(level.at(level.length - 2), node);
    }
  }

  /** Root over the first `size` leaves. Throws `tree-range`. */
  root(size: number = this.size): Uint8Array {
    checkRange(isCount(size) && size <= this.size);
    return rootIn(this, size);
  }

  /** Hash of leaf `index`, 32 bytes. Throws `tree-range`. */
  leaf(index: number): Uint8Array {
    checkRange(isCount(index) && index < this.size);
    return (this.#levels[0] as Level).at(index);
  }

  /** As `inclusionPath`. Throws `tree-range`. */
  inclusionPath(index: number, size: number = this.size): Uint8Array[] {
    checkRange(isCount(size) && size <= this.size);
    return inclusionPathIn(this, index, size);
  }

  /** As `consistencyPath`. Throws `tree-range`. */
  consistencyPath(from: number, to: number = this.size): Uint8Array[] {
    checkRange(isCount(to) && to <= this.size);
    return consistencyPathIn(this, from, to);
  }

  /** `count` complete subtrees of 2^`height` leaves each, from the `from`-th; 32 bytes each, joined. Throws `tree-range`. */
  nodes(height: number, from: number, count: number): Uint8Array {
    const there = this.#levels[height]?.length ?? 0;
    checkRange(isCount(height) && isCount(from) && isCount(count) && from + count <= there);
    return count === 0 ? new Uint8Array(0) : (this.#levels[height] as Level).range(from, count);
  }

  /** Subtrees that the RFC's recursion meets start at a multiple of their size rounded up to a power of two. */
  subtree(start: number, count: number): Uint8Array {
    let height = 0;
    let width = 1;
    while (width < count) {
      width *= 2;
      height++;
    }
    if (width === count) return (this.#levels[height] as Level).at(start / width);
    const split = width / 2;
    return nodeHash(this.subtree(start, split), this.subtree(start + split, count - split));
  }
}

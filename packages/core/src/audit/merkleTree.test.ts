import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equalBytes, fromHex, toHex, uintBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";
import {
  type ConsistencyClaim,
  consistencyPath,
  EMPTY_ROOT,
  type InclusionClaim,
  inclusionPath,
  leafHash,
  MerkleTree,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "./merkleTree.ts";

/** The leaves and roots of the reference tests of Certificate Transparency. */
const LEAVES = [
  "0x",
  "0x00",
  "0x10",
  "0x2021",
  "0x3031",
  "0x40414243",
  "0x5051525354555657",
  "0x606162636465666768696a6b6c6d6e6f",
].map((hex) => leafHash(fromHex(hex as `0x${string}`)));
const ROOTS = [
  "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "0xaeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "0x4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "0x76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "0xddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

function leaves(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => leafHash(uintBytes(index, 4)));
}

function treeOf(hashes: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const hash of hashes) tree.append(hash);
  return tree;
}

/** MTH(D[n]) of RFC 6962 section 2.1 written down once more, without sharing a line with the code under test. */
function definition(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array(0));
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(Uint8Array.of(1, ...definition(hashes.slice(0, split)), ...definition(hashes.slice(split))));
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice();
  out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7));
  return out;
}

function flipIn(path: readonly Uint8Array[], bit: number): Uint8Array[] {
  return path.map((hash, place) => (place === bit >> 8 ? flip(hash, bit & 255) : hash));
}

/** The sides of the siblings, which is all that a verifier takes from index and size. */
function shape(index: number, size: number): string {
  if (size === 1) return "";
  const split = 2 ** Math.floor(Math.log2(size - 1));
  return index < split ? `${shape(index, split)}r` : `${shape(index - split, size - split)}l`;
}

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return error instanceof AnamnesisError ? (error as AnamnesisError).code : "not ours";
  }
  return "none";
};

describe("the vectors of RFC 6962's reference tests", () => {
  it.each(ROOTS.map((root, size) => ({ root, size })))("root of size $size", ({ root, size }) => {
    expect(toHex(rootOf(LEAVES.slice(0, size)))).toBe(root);
    expect(toHex(treeOf(LEAVES).root(size))).toBe(root);
  });

  it("has the root of the empty tree", () => {
    expect(toHex(EMPTY_ROOT)).toBe(ROOTS[0]);
  });

  it("gives the published inclusion paths", () => {
    const paths = [
      [0, 1, []],
      [
        0,
        8,
        [
          "0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "0x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
      ],
      [
        5,
        8,
        [
          "0xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "0xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
      ],
      [2, 3, ["0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]],
      [
        1,
        5,
        [
          "0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "0xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
      ],
    ] as const;
    for (const [index, size, expected] of paths) {
      expect(inclusionPath(LEAVES, index, size).map((hash) => toHex(hash))).toEqual(expected);
    }
  });

  it("gives the published consistency paths", () => {
    const paths = [
      [1, 1, []],
      [
        1,
        8,
        [
          "0x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "0x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
      ],
      [
        6,
        8,
        [
          "0x0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "0xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "0xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
      ],
      [
        2,
        5,
        [
          "0x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "0xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
      ],
    ] as const;
    for (const [from, to, expected] of paths) {
      expect(consistencyPath(LEAVES, from, to).map((hash) => toHex(hash))).toEqual(expected);
    }
  });
});

describe("MerkleTree", () => {
  it("equals the recursive definition at every size and gives the same proofs", () => {
    const hashes = leaves(130);
    const tree = treeOf(hashes);
    for (let size = 0; size <= hashes.length; size++) {
      const expected = definition(hashes.slice(0, size));
      expect(equalBytes(tree.root(size), expected)).toBe(true);
      expect(equalBytes(rootOf(hashes.slice(0, size)), expected)).toBe(true);
    }
    for (const size of [1, 2, 3, 7, 8, 9, 64, 65, 130]) {
      for (let index = 0; index < size; index++) {
        expect(tree.inclusionPath(index, size)).toEqual(inclusionPath(hashes, index, size));
        expect(tree.consistencyPath(index, size)).toEqual(consistencyPath(hashes, index, size));
      }
    }
  });

  it("keeps its own copy of what it gives", () => {
    const tree = treeOf(leaves(4));
    const before = toHex(tree.root());
    tree.root().fill(0);
    tree.leaf(0).fill(0);
    tree.root(0).fill(0);
    for (const hash of tree.inclusionPath(1)) hash.fill(0);
    expect(toHex(tree.root())).toBe(before);
    expect(toHex(tree.root(0))).toBe(ROOTS[0]);
  });

  it("refuses what it does not have", () => {
    const tree = treeOf(leaves(3));
    for (const bad of [-1, 4, 1.5, NaN]) {
      expect(codeOf(() => tree.root(bad))).toBe("tree-range");
      expect(codeOf(() => tree.inclusionPath(0, bad))).toBe("tree-range");
      expect(codeOf(() => tree.consistencyPath(bad, 3))).toBe("tree-range");
      expect(codeOf(() => inclusionPath(leaves(3), bad))).toBe("tree-range");
      expect(codeOf(() => consistencyPath(leaves(3), bad))).toBe("tree-range");
    }
    expect(codeOf(() => tree.leaf(3))).toBe("tree-range");
    expect(codeOf(() => tree.inclusionPath(3, 3))).toBe("tree-range");
    expect(codeOf(() => tree.append(new Uint8Array(31)))).toBe("bad-length");
  });
});

const place = fc
  .integer({ min: 1, max: 300 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1), bit: fc.nat(1 << 20) }));

describe("verifyInclusion", () => {
  const hashes = leaves(300);
  const tree = treeOf(hashes);
  const claimOf = (index: number, size: number): InclusionClaim => ({
    leafHash: hashes[index] as Uint8Array,
    index,
    size,
    path: tree.inclusionPath(index, size),
    root: tree.root(size),
  });

  it("takes every proof and no altered one", () => {
    fc.assert(
      fc.property(
        place,
        fc.nat(299),
        fc.integer({ min: 1, max: 300 }),
        ({ size, index, bit }, index2, size2) => {
          const claim = claimOf(index, size);
          const { path } = claim;
          expect(verifyInclusion(claim)).toBe(true);
          expect(verifyInclusion({ ...claim, leafHash: flip(claim.leafHash, bit & 255) })).toBe(false);
          expect(verifyInclusion({ ...claim, root: flip(claim.root, bit & 255) })).toBe(false);
          if (path.length > 0) {
            expect(verifyInclusion({ ...claim, path: flipIn(path, bit % (path.length * 256)) })).toBe(false);
            expect(verifyInclusion({ ...claim, path: path.slice(1) })).toBe(false);
            expect(verifyInclusion({ ...claim, path: path.slice(0, -1) })).toBe(false);
          }
          expect(verifyInclusion({ ...claim, path: [...path, claim.root] })).toBe(false);
          expect(verifyInclusion({ ...claim, path: [claim.root, ...path] })).toBe(false);
          if (index2 !== index) expect(verifyInclusion({ ...claim, index: index2 })).toBe(false);
          if (size2 !== size) {
            expect(verifyInclusion({ ...claim, root: tree.root(size2) })).toBe(false);
            // A root does not say its size: a wrong one passes only where the path has the same sides.
            const same = index < size2 && shape(index, size2) === shape(index, size);
            expect(verifyInclusion({ ...claim, size: size2 })).toBe(same);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is false, and does not throw, for malformed claims", () => {
    const claim = claimOf(3, 7);
    const malformed: Partial<InclusionClaim>[] = [
      { index: -1 },
      { index: 7 },
      { index: 0.5 },
      { index: NaN },
      { size: 0 },
      { size: -7 },
      { size: Infinity },
      { path: [] },
      { path: claim.path.map((hash) => hash.slice(1)) },
      { path: Array.from({ length: 2000 }, () => claim.root) },
      { root: new Uint8Array(0) },
      { leafHash: new Uint8Array(33) },
    ];
    for (const part of malformed) expect(verifyInclusion({ ...claim, ...part })).toBe(false);
  });

  it("does not take an inner node for a leaf", () => {
    const [a, b, c] = hashes as [Uint8Array, Uint8Array, Uint8Array];
    const root = rootOf([a, b, c]);
    expect(verifyInclusion({ leafHash: nodeHash(a, b), index: 0, size: 3, path: [c], root })).toBe(false);
  });

  it("works above 2^32 leaves", () => {
    // The last leaf of a tree of 2^40 + 1 leaves has one sibling: the subtree of the first 2^40.
    const left = leafHash(Uint8Array.of(1));
    const leaf = leafHash(Uint8Array.of(2));
    const claim = {
      leafHash: leaf,
      index: 2 ** 40,
      size: 2 ** 40 + 1,
      path: [left],
      root: nodeHash(left, leaf),
    };
    expect(verifyInclusion(claim)).toBe(true);
    expect(verifyInclusion({ ...claim, index: 2 ** 40 - 1 })).toBe(false);
  });
});

describe("verifyConsistency", () => {
  const tree = treeOf(leaves(300));
  const claimOf = (from: number, to: number): ConsistencyClaim => ({
    from,
    fromRoot: tree.root(from),
    to,
    toRoot: tree.root(to),
    path: tree.consistencyPath(from, to),
  });

  it("takes every proof and no altered one", () => {
    fc.assert(
      fc.property(place, fc.nat(300), ({ size: to, index, bit }, other) => {
        const from = index + 1;
        const claim = claimOf(from, to);
        const { path } = claim;
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, fromRoot: flip(claim.fromRoot, bit & 255) })).toBe(false);
        expect(verifyConsistency({ ...claim, toRoot: flip(claim.toRoot, bit & 255) })).toBe(false);
        if (path.length > 0) {
          expect(verifyConsistency({ ...claim, path: flipIn(path, bit % (path.length * 256)) })).toBe(false);
          expect(verifyConsistency({ ...claim, path: path.slice(1) })).toBe(false);
          expect(verifyConsistency({ ...claim, path: path.slice(0, -1) })).toBe(false);
        }
        expect(verifyConsistency({ ...claim, path: [...path, claim.toRoot] })).toBe(false);
        if (other !== from) expect(verifyConsistency({ ...claim, fromRoot: tree.root(other) })).toBe(false);
        if (other !== to) expect(verifyConsistency({ ...claim, toRoot: tree.root(other) })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("lets every tree begin with the empty one, and with no other root for it", () => {
    const claim = claimOf(0, 9);
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency(claimOf(0, 0))).toBe(true);
    expect(verifyConsistency({ ...claim, fromRoot: claim.toRoot })).toBe(false);
    expect(verifyConsistency({ ...claim, path: [claim.toRoot] })).toBe(false);
    expect(verifyConsistency({ ...claim, to: 0, fromRoot: claim.toRoot })).toBe(false);
  });

  it("is false, and does not throw, for malformed claims", () => {
    const claim = claimOf(3, 7);
    const malformed: Partial<ConsistencyClaim>[] = [
      { from: -1 },
      { from: 8 },
      { from: 1.5 },
      { to: NaN },
      { to: Infinity },
      { path: [] },
      { path: claim.path.map((hash) => hash.slice(1)) },
      { path: Array.from({ length: 2000 }, () => claim.toRoot) },
      { fromRoot: new Uint8Array(31) },
      { toRoot: new Uint8Array(0) },
    ];
    for (const part of malformed) expect(verifyConsistency({ ...claim, ...part })).toBe(false);
  });
});

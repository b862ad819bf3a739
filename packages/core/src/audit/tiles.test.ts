import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { hasCode } from "../errors.ts";
import { CompactRange } from "./compactRange.ts";
import {
  consistencyPathIn,
  inclusionPathIn,
  leafHash,
  MerkleTree,
  rootIn,
  verifyConsistency,
  verifyInclusion,
} from "./merkleTree.ts";
import {
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  formatTilePath,
  hasTile,
  parseTilePath,
  type Tile,
  TILE_WIDTH,
  tileWidth,
  withTiles,
} from "./tiles.ts";

const SIZE = 70_000;
const leaves = Array.from({ length: SIZE }, (_, i) => leafHash(utf8ToBytes(`leaf ${i}`)));
const tree = new MerkleTree();
for (const leaf of leaves) tree.append(leaf);

/** The tiles of the log, by a path that is read again. */
function server(): { fetched: string[]; fetchTile: (tile: Tile) => Promise<Uint8Array> } {
  const fetched: string[] = [];
  return {
    fetched,
    fetchTile: async (tile) => {
      const path = formatTilePath(tile);
      fetched.push(path);
      const { level, index, width } = parseTilePath(path) as Tile;
      return tree.nodes(8 * (level as number), index * TILE_WIDTH, width);
    },
  };
}

describe("tile paths", () => {
  it("are those of the specification", () => {
    expect(formatTilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(formatTilePath({ level: "entries", index: 0, width: 5 })).toBe("tile/entries/000.p/5");
    expect(formatTilePath({ level: 3, index: 1000, width: 255 })).toBe("tile/3/x001/000.p/255");
  });

  it("are read back as they were written", () => {
    const level = fc.oneof(fc.nat(63), fc.constant("entries" as const));
    fc.assert(
      fc.property(level, fc.nat(2 ** 45), fc.integer({ min: 1, max: 256 }), (l, index, width) => {
        const tile = { level: l, index, width };
        expect(parseTilePath(formatTilePath(tile))).toEqual(tile);
      }),
    );
  });

  it.each([
    "tile/00/000",
    "tile/64/000",
    "tile/0/0",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001/x000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/05",
    "tile/0/000.p/5/",
    "tile/-1/000",
    "tile/entries/",
    "tile/data/000",
    "/tile/0/000",
    "tile/0/x999/x999/x999/x999/x999/999",
  ])("refuse %s", (path) => {
    expect(parseTilePath(path)).toBeNull();
  });
});

describe("tiles of a tree", () => {
  it("has for 70,000 leaves the tiles that the specification counts", () => {
    expect([tileWidth(SIZE, 0, 272), tileWidth(SIZE, 0, 273), tileWidth(SIZE, 0, 274)]).toEqual([
      256, 112, 0,
    ]);
    expect([tileWidth(SIZE, 1, 0), tileWidth(SIZE, 1, 1)]).toEqual([256, 17]);
    expect([tileWidth(SIZE, 2, 0), tileWidth(SIZE, 2, 1), tileWidth(SIZE, 3, 0)]).toEqual([1, 0, 0]);
    expect([tileWidth(256, 0, 0), tileWidth(256, 1, 0)]).toEqual([256, 1]);
    expect(hasTile(SIZE, { level: "entries", index: 273, width: 112 })).toBe(true);
    expect(hasTile(SIZE, { level: "entries", index: 273, width: 113 })).toBe(false);
    expect(hasTile(SIZE, { level: 63, index: 0, width: 1 })).toBe(false);
    expect(hasTile(256, { level: 1, index: 0, width: 1 })).toBe(true);
  });

  it("gives every root and proof, the same as the tree itself", async () => {
    const size = fc.integer({ min: 1, max: SIZE });
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(SIZE - 1), async (a, b, i) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const index = i % to;
        const { fetched, fetchTile } = server();
        const got = await withTiles(to, fetchTile, (tiles) => ({
          root: rootIn(tiles, to),
          inclusion: inclusionPathIn(tiles, index, to),
          consistency: consistencyPathIn(tiles, from, to),
        }));
        expect(toHex(got.root)).toBe(toHex(tree.root(to)));
        expect(got.inclusion.map(toHex)).toEqual(tree.inclusionPath(index, to).map(toHex));
        expect(got.consistency.map(toHex)).toEqual(tree.consistencyPath(from, to).map(toHex));
        // At most three tiles a level: of the leaf, of the old edge and of the new one.
        expect(fetched.length).toBeLessThanOrEqual(9);
        expect(new Set(fetched).size).toBe(fetched.length);
        const root = tree.root(to);
        const leaf = leaves[index] as Uint8Array;
        expect(verifyInclusion({ leafHash: leaf, index, size: to, path: got.inclusion, root })).toBe(true);
        const claim = { from, fromRoot: tree.root(from), to, toRoot: root, path: got.consistency };
        expect(verifyConsistency(claim)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("takes no tile of another width", async () => {
    const short = async (tile: Tile) => (await server().fetchTile(tile)).subarray(32);
    const error = await withTiles(300, short, (tiles) => rootIn(tiles, 300)).catch((e: unknown) => e);
    expect(hasCode(error, "bad-tile")).toBe(true);
    expect(() => decodeTile(new Uint8Array(33), 1)).toThrowError(
      expect.objectContaining({ code: "bad-tile" }),
    );
  });
});

describe("entry bundles", () => {
  it("are read back as they were written", () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(entries, (list) => {
        expect(decodeEntryBundle(encodeEntryBundle(list), list.length)).toEqual(list);
      }),
    );
    expect(encodeEntryBundle([Uint8Array.of(7, 8)])).toEqual(Uint8Array.of(0, 2, 7, 8));
  });

  it("refuses torn bytes, another count and entries that the length cannot say", () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1), Uint8Array.of(2)]);
    const bad: unknown = expect.objectContaining({ code: "bad-tile" });
    expect(() => decodeEntryBundle(bundle, 1)).toThrowError(bad);
    expect(() => decodeEntryBundle(bundle, 3)).toThrowError(bad);
    expect(() => decodeEntryBundle(bundle.subarray(0, 5), 2)).toThrowError(bad);
    expect(() => decodeEntryBundle(concatBytes(bundle, Uint8Array.of(0)), 2)).toThrowError(bad);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrowError(bad);
  });
});

describe("CompactRange", () => {
  it("has the tree's root at every size, and goes on from what it gave", () => {
    let range = new CompactRange();
    for (let size = 0; size <= 600; size++) {
      expect(toHex(range.root())).toBe(toHex(tree.root(size)));
      range = new CompactRange(range.size, range.hashes);
      range.append(leaves[size] as Uint8Array);
      expect(range.size).toBe(size + 1);
    }
  });

  it("refuses hashes that are not those of its size", () => {
    const bad: unknown = expect.objectContaining({ code: "tree-range" });
    expect(() => new CompactRange(3, [new Uint8Array(32)])).toThrowError(bad);
    expect(() => new CompactRange(1, [new Uint8Array(31)])).toThrowError(bad);
    expect(() => new CompactRange(-1)).toThrowError(bad);
  });
});

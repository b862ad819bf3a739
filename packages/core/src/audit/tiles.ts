import { AnamnesisError } from "../errors.ts";
import { rootOf, splitOf, type Subtrees } from "./merkleTree.ts";

/**
 * Tiles of a log (C2SP tlog-tiles): its tree in pieces of 256 hashes, which anyone can keep and from which every root
 * and proof of every size is made. A tile of level L holds the roots of complete subtrees of 256^L leaves.
 */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const HASH_BYTES = 32;
/** Above this level no tile of a tree with at most 2^53 leaves has a hash. */
const HIGHEST_LEVEL = 6;

export interface Tile {
  /** Level of the tree, or the entries themselves (which belong to the leaf hashes of level 0). */
  readonly level: number | "entries";
  /** The how manieth of its level, from 0. */
  readonly index: number;
  /** How many hashes or entries: 256, fewer at the right edge of a tree. */
  readonly width: number;
}

/** How many hashes the `index`-th tile of a level has in a tree of `size` leaves; 0: there is none. */
export function tileWidth(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** `tile/<L>/<N>[.p/<W>]` with `<N>` in groups of three digits, such as `tile/0/x001/x234/067.p/5`. */
export function formatTilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/\d{3}/g) ?? [];
  const path = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join("/");
  return `tile/${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** `null` for any text that `formatTilePath` does not give, second spellings of the same tile included. */
export function parseTilePath(path: string): Tile | null {
  const found = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  const [, level, groups, width] = found ?? [];
  if (level === undefined || groups === undefined) return null;
  const tile: Tile = {
    level: level === "entries" ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, "")),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (tile.width < 1 || !Number.isSafeInteger(tile.index) || formatTilePath(tile) !== path) return null;
  return tile.level === "entries" || tile.level <= 63 ? tile : null;
}

/** Does a tree of `size` leaves have this tile, whole or as the beginning of a wider one? */
export function hasTile(size: number, { level, index, width }: Tile): boolean {
  if (level !== "entries" && level > HIGHEST_LEVEL) return false;
  return width <= tileWidth(size, level === "entries" ? 0 : level, index);
}

/** Entries of a bundle, each after its length as a big-endian uint16. Throws `bad-tile` for an entry above 65,535 bytes. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff) throw badTile("entry");
    bytes.set([entry.length >> 8, entry.length & 0xff], at);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** Throws `bad-tile` unless the bytes are exactly `width` entries. */
export function decodeEntryBundle(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [high = 0, low] = bytes.subarray(at, at + 2);
    const end = at + 2 + high * 256 + (low ?? 0);
    if (low === undefined || end > bytes.length) throw badTile("length");
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  if (entries.length !== width) throw badTile("width");
  return entries;
}

/** The hashes of a tile. Throws `bad-tile` unless the bytes are exactly `width` hashes. */
export function decodeTile(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  if (bytes.length !== width * HASH_BYTES) throw badTile("width");
  return Array.from({ length: width }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/**
 * Computes over the tree of `size` leaves from tiles alone: `compute` runs once to see which tiles it needs, these are
 * fetched, each once, and it runs again on their hashes. It must take only what `Subtrees` gives and have no effects.
 * What comes out is as true as the tiles: hold it against a signed root (`verifyInclusion`, `verifyConsistency`).
 *
 * Throws `bad-tile` for a tile of another width, and what `fetchTile` throws.
 */
export async function withTiles<T>(
  size: number,
  fetchTile: (tile: Tile) => Promise<Uint8Array>,
  compute: (tree: Subtrees) => T,
): Promise<T> {
  const wanted = new Map<string, Tile>();
  compute(
    new TileTree(size, (tile) => {
      wanted.set(formatTilePath(tile), tile);
      return null;
    }),
  );
  const fetched = await Promise.all(
    [...wanted].map(async ([path, tile]) => {
      return [path, decodeTile(await fetchTile(tile), tile.width)] as const;
    }),
  );
  const hashes = new Map(fetched);
  return compute(new TileTree(size, (tile) => hashes.get(formatTilePath(tile)) ?? null));
}

const UNKNOWN = new Uint8Array(HASH_BYTES);

class TileTree implements Subtrees {
  readonly #size: number;
  readonly #hashes: (tile: Tile) => readonly Uint8Array[] | null;

  constructor(size: number, hashes: (tile: Tile) => readonly Uint8Array[] | null) {
    this.#size = size;
    this.#hashes = hashes;
  }

  subtree(start: number, count: number): Uint8Array {
    const height = Math.round(Math.log2(count));
    if (2 ** height !== count) {
      const split = splitOf(count);
      const left = this.subtree(start, split);
      return joined(left, this.subtree(start + split, count - split));
    }
    // A subtree of 2^height leaves spans a run of hashes in one tile of the level below it.
    const level = Math.floor(height / TILE_HEIGHT);
    const first = start / TILE_WIDTH ** level;
    const index = Math.floor(first / TILE_WIDTH);
    const hashes = this.#hashes({ level, index, width: tileWidth(this.#size, level, index) });
    if (hashes === null) return UNKNOWN;
    const from = first % TILE_WIDTH;
    return rootOf(hashes.slice(from, from + count / TILE_WIDTH ** level));
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  return rootOf([left, right]);
}

function badTile(what: "entry" | "length" | "width"): AnamnesisError<"bad-tile"> {
  return new AnamnesisError({
    code: "bad-tile",
    rule: "A tile has exactly the hashes or entries that its path names (C2SP tlog-tiles).",
    fix: "Ask for it again; if it stays so, keep it as evidence: the log does not show what it signed.",
    meta: { what },
  });
}

import { CompactRange } from "@anamnesis/core/audit/compactRange";
import { leafHash, rootOf } from "@anamnesis/core/audit/merkleTree";
import {
  decodeEntryBundle,
  decodeTile,
  formatTilePath,
  type Tile,
  TILE_WIDTH,
  tileWidth,
} from "@anamnesis/core/audit/tiles";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { concurrently } from "../concurrently.ts";
import { ourError } from "../ourError.ts";
import type { AuditState } from "./auditState.ts";
import type { LogReader } from "./logReader.ts";

export interface TilesRead {
  readonly root: Uint8Array;
  /** Entries after the last look's. */
  readonly entries: number;
  /** Up to the last full tile. */
  readonly whole: CompactRange;
}

export interface TilesProblem {
  readonly problem: "bad-tile" | "forked" | "log-unavailable";
  readonly detail: string;
}

/** Tiles that are fetched at once. */
const AT_ONCE = 8;

/**
 * Reads entries and tiles after the last look up to `size`: each entry hashes to its place in its tile, the tree up to the
 * last look's size has the last look's root, and each new hash of the higher tiles is that of the full tile under it.
 */
export async function readTiles(
  reader: LogReader,
  size: number,
  state: Pick<AuditState, "size" | "root" | "whole"> | null,
): Promise<TilesRead | TilesProblem> {
  const range = new CompactRange(state?.whole.size, state?.whole.hashes);
  let whole = new CompactRange(range.size, range.hashes);
  const first = range.size / TILE_WIDTH;
  const last = Math.ceil(size / TILE_WIDTH);
  const roots: Uint8Array[] = [];
  try {
    for (let index = first; index < last; index += AT_ONCE) {
      const indexes = Array.from({ length: Math.min(AT_ONCE, last - index) }, (_, i) => index + i);
      for (const leaves of await concurrently(indexes, AT_ONCE, (at) => readLeaves(reader, size, at))) {
        for (const leaf of leaves) {
          range.append(leaf);
          if (range.size === state?.size && !equalBytes(range.root(), state.root)) return forked(state.size);
        }
        if (leaves.length < TILE_WIDTH) continue;
        roots.push(rootOf(leaves));
        whole = new CompactRange(range.size, range.hashes);
      }
    }
    await checkHigherTiles(reader, size, first, roots);
  } catch (error) {
    const { code, meta } = ourError(error);
    if (code === "bad-tile") return { problem: "bad-tile", detail: String(meta["path"] ?? "") };
    return { problem: "log-unavailable", detail: code };
  }
  return { root: range.root(), entries: size - (state?.size ?? 0), whole };
}

function forked(size: number): TilesProblem {
  return { problem: "forked", detail: `the first ${size} entries are not those of the last look` };
}

async function readLeaves(reader: LogReader, size: number, index: number): Promise<readonly Uint8Array[]> {
  const width = tileWidth(size, 0, index);
  const tile: Tile = { level: 0, index, width };
  const bundle: Tile = { level: "entries", index, width };
  const leaves = await hashesOf(reader, tile);
  const bytes = await reader.tile(bundle);
  const entries = inTile(bundle, () => decodeEntryBundle(bytes, width));
  if (!entries.every((entry, i) => equalBytes(leafHash(entry), leaves[i] as Uint8Array)))
    throw badTile(bundle);
  return leaves;
}

async function hashesOf(reader: LogReader, tile: Tile): Promise<readonly Uint8Array[]> {
  const bytes = await reader.tile(tile);
  return inTile(tile, () => decodeTile(bytes, tile.width));
}

/** @param roots of the full tiles of level 0 from the `first`-th. */
async function checkHigherTiles(
  reader: LogReader,
  size: number,
  first: number,
  roots: readonly Uint8Array[],
): Promise<void> {
  let expected = roots;
  let from = first;
  for (let level = 1; expected.length > 0; level++) {
    const above: Uint8Array[] = [];
    const firstTile = Math.floor(from / TILE_WIDTH);
    const end = from + expected.length;
    for (let index = firstTile; index * TILE_WIDTH < end; index++) {
      const tile = { level, index, width: tileWidth(size, level, index) };
      const hashes = await hashesOf(reader, tile);
      hashes.forEach((hash, i) => {
        const wanted = expected[index * TILE_WIDTH + i - from];
        if (wanted !== undefined && !equalBytes(hash, wanted)) throw badTile(tile);
      });
      if (hashes.length === TILE_WIDTH) above.push(rootOf(hashes));
    }
    expected = above;
    from = firstTile;
  }
}

function inTile<T>(tile: Tile, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw badTile(tile);
  }
}

function badTile(tile: Tile): AnamnesisError<"bad-tile"> {
  return new AnamnesisError({
    code: "bad-tile",
    rule: "Each tile holds the hashes of what is under it.",
    fix: "Keep it as evidence: the log does not show what it signed.",
    meta: { path: formatTilePath(tile) },
  });
}

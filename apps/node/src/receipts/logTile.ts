import { encodeEntryBundle, hasTile, parseTilePath, TILE_WIDTH } from "@anamnesis/core/audit/tiles";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import { notFound } from "../runtime/refuse.ts";

/**
 * A tile of the receipt log (C2SP tlog-tiles): hashes from the tree in memory, commitments from at most 256 records of the
 * file. Every partial tile of every size up to now can be had. Throws `not-found`.
 * @param path such as `0/x001/x234/067.p/5` or `entries/000`.
 */
export async function logTile(receipts: ReceiptLog, path: string): Promise<Uint8Array> {
  const tile = parseTilePath(`tile/${path}`);
  if (tile === null || !hasTile(receipts.head().size, tile)) throw notFound();
  const { level, index, width } = tile;
  if (level === "entries") {
    return encodeEntryBundle(await receipts.commitments(index * TILE_WIDTH, width));
  }
  return receipts.nodes(8 * level, index * TILE_WIDTH, width);
}

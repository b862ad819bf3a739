import type { Download } from "@anamnesis/api/route";
import { hasCode } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { NodeContext } from "../context.ts";
import { type ByteRange, partOf } from "../http/byteRange.ts";
import { notFound } from "../runtime/refuse.ts";

/** Blobs up to this size are verified before the first byte leaves. */
const VERIFIED_AHEAD = 1024 * 1024;
const PIECE_BYTES = 128 * 1024;

/**
 * A blob or a part of it from this node's disk. A small one is verified before it is given (`blob-corrupt`); of a large one the last piece is
 * held back until all was verified; a part of a large one is not verified, since a part of a hash does not exist: readers authenticate the
 * chunks of which contents consist.
 *
 * Throws `not-found`, `range-not-satisfiable`, `blob-corrupt`.
 */
export async function giveBlob(
  { blobs, log }: Pick<NodeContext, "blobs" | "log">,
  cid: Cid,
  range: ByteRange | null,
): Promise<Download> {
  const size = await blobs.size(cid);
  if (size === null) throw notFound();
  const { from, length } = partOf(range, size);
  if (size <= VERIFIED_AHEAD) {
    const bytes = await blobs.get(cid);
    if (bytes === null) throw notFound();
    return { size, from, length, pieces: once(bytes.subarray(from, from + length)) };
  }
  if (length < size) return { size, from, length, pieces: partPieces(blobs, cid, from, length) };
  const pieces = await blobs.stream(cid);
  if (pieces === null) throw notFound();
  return { size, from, length, pieces: logged(pieces, log, cid) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function* partPieces(
  blobs: BlobStore,
  cid: Cid,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < from + length; at += PIECE_BYTES) {
    const piece = await blobs.getRange(cid, at, Math.min(PIECE_BYTES, from + length - at));
    if (piece === null) throw notFound();
    yield piece;
  }
}

/** The answer has begun: whoever reads sees that it breaks off, and the operator reads why. */
async function* logged(
  pieces: AsyncIterable<Uint8Array>,
  log: NodeContext["log"],
  cid: Cid,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    if (hasCode(error, "blob-corrupt")) log.error("blob-corrupt", { cid });
    throw error;
  }
}

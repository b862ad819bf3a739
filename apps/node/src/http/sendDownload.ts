import { Readable } from "node:stream";
import { Patience } from "@anamnesis/api/http/patience";
import type { Download } from "@anamnesis/api/route";
import type { FastifyReply } from "fastify";

/** Bytes that the other side has to take in each turn. */
const LEAST_PER_TURN = 256 * 1024;

/**
 * Sends a blob or a part of it piece by piece, no faster than the other side takes it. The last piece leaves only when the pieces ended without
 * an error: what fails on the way breaks the connection off, and the receiver sees that bytes are missing.
 * @param options `partial`: the request named a range, so the answer is a 206 (RFC 9110 section 15.3.7), even if it is all of the blob; `turn`:
 * milliseconds in which 256 KiB have to be taken; else the connection is closed.
 */
export function sendDownload(
  reply: FastifyReply,
  { size, from, length, pieces }: Download,
  { turn, partial }: { readonly turn: number; readonly partial: boolean },
): FastifyReply {
  const patience = new Patience(turn, LEAST_PER_TURN);
  patience.signal.addEventListener("abort", () => reply.raw.destroy());
  const body = Readable.from(paced(heldBack(pieces), patience), { objectMode: false });
  // Also when the other side goes away: then nobody asks for pieces any more.
  body.once("close", () => patience.end());
  // Without this a proxy might compress it, and the length would not be the blob's.
  reply.header("cache-control", "no-store, no-transform").header("accept-ranges", "bytes");
  if (partial) reply.code(206).header("content-range", `bytes ${from}-${from + length - 1}/${size}`);
  return reply.type("application/octet-stream").header("content-length", length).send(body);
}

async function* heldBack(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | null = null;
  for await (const piece of pieces) {
    if (held !== null) yield held;
    held = piece;
  }
  if (held !== null) yield held;
}

async function* paced(pieces: AsyncIterable<Uint8Array>, patience: Patience): AsyncGenerator<Uint8Array> {
  patience.pause();
  for await (const piece of pieces) {
    patience.resume();
    yield piece;
    patience.moved(piece.length);
    patience.pause();
  }
}

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Patience } from "@anamnesis/api/http/patience";
import type { Upload } from "@anamnesis/api/route";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";

/** Bytes that have to come in each turn. */
const LEAST_PER_TURN = 256 * 1024;

export interface ReceiveOptions {
  /** From the signed `Content-Digest`, 32 bytes. */
  readonly digest: Uint8Array;
  readonly maxBytes: number;
  /** Milliseconds in which 256 KiB have to come. */
  readonly turn: number;
  /** Called when the first piece is asked for: throws `busy`, or gives what lets the slot go. */
  readonly takeSlot: () => () => void;
}

/**
 * A request's body as an upload. Nothing is read, and no slot held, before the handler asks for the first piece: it refuses who may not
 * send without having taken a byte. The pieces end without an error only when all came and hash to the signed digest.
 *
 * Throws `too-large`; the pieces throw `busy`, `too-large`, `body-too-slow`, `body-incomplete`, `bad-http-signature`.
 */
export function receiveUpload(request: IncomingMessage, options: ReceiveOptions): Upload {
  const { digest, maxBytes } = options;
  const header = request.headers["content-length"];
  const length = header === undefined ? null : Number(header);
  if (length !== null && length > maxBytes) throw tooLarge();
  return { digest, length, pieces: piecesOf(request, options) };
}

async function* piecesOf(
  request: IncomingMessage,
  { digest, maxBytes, turn, takeSlot }: ReceiveOptions,
): AsyncGenerator<Uint8Array> {
  const release = takeSlot();
  const patience = new Patience(turn, LEAST_PER_TURN);
  const hash = createHash("sha256");
  let received = 0;
  try {
    for (;;) {
      const piece = await nextPiece(request, patience.signal);
      if (piece === null) break;
      received += piece.length;
      if (received > maxBytes) throw tooLarge();
      hash.update(piece);
      patience.moved(piece.length);
      patience.pause();
      yield piece;
      patience.resume();
    }
    if (!equalBytes(hash.digest(), digest)) throw otherBytes();
  } finally {
    patience.end();
    release();
  }
}

const EVENTS = ["readable", "end", "error", "close"] as const;

/**
 * What has come since, `null` at the end. By hand and not with `for await`: leaving that would close the connection on which the refusal is still to
 * be sent.
 */
async function nextPiece(request: IncomingMessage, slow: AbortSignal): Promise<Uint8Array | null> {
  for (;;) {
    const piece = request.read() as Uint8Array | null;
    if (piece !== null) return piece;
    if (request.readableEnded && request.complete) return null;
    if (request.readableEnded || request.destroyed) throw incomplete();
    if (slow.aborted) throw tooSlow();
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        for (const event of EVENTS) request.off(event, wake);
        slow.removeEventListener("abort", wake);
        resolve();
      };
      for (const event of EVENTS) request.on(event, wake);
      slow.addEventListener("abort", wake);
    });
  }
}

function tooLarge(): AnamnesisError<"too-large"> {
  return new AnamnesisError({
    code: "too-large",
    rule: "A request has a largest size, which its route declares.",
    fix: "Split what you send, see docs/api.md for the limits.",
  });
}

function tooSlow(): AnamnesisError<"body-too-slow"> {
  return new AnamnesisError({
    code: "body-too-slow",
    rule: "An upload brings at least 256 KiB in 30 seconds.",
    fix: "Send it again over a connection that can.",
  });
}

function incomplete(): AnamnesisError<"body-incomplete"> {
  return new AnamnesisError({
    code: "body-incomplete",
    rule: "An upload comes whole.",
    fix: "Send it again.",
  });
}

function otherBytes(): AnamnesisError<"bad-http-signature"> {
  return new AnamnesisError({
    code: "bad-http-signature",
    rule: "A request carries one HTTP Message Signature (RFC 9421, Ed25519) that covers its content digest.",
    fix: "Compute the digest from the bytes that you send, and sign a new request.",
  });
}

import { createHash } from "node:crypto";
import { contentDigestOf, digestOf } from "@anamnesis/api/http/contentDigest";
import { keyOf, parseHttpSignature, type SignedParts } from "@anamnesis/api/http/signature";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex, UnixSeconds } from "@anamnesis/core/ids";
import {
  NonceMemory,
  secondsUntil,
  type NonceMemoryOptions,
  type NonceRefusal,
} from "../access/nonceMemory.ts";
import { nativeVerify } from "@anamnesis/native/ed25519";

/** What of a received request its signature is about. */
export interface ReceivedRequest {
  readonly method: string;
  /** The `Host` header. */
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  /** `null`: it is still to come, and who reads it compares it with `contentDigest` before anything of it counts. */
  readonly body: Uint8Array | null;
  readonly contentDigest: string | undefined;
  readonly signatureInput: string | undefined;
  readonly signature: string | undefined;
}

/**
 * Lets a request in when its HTTP Message Signature holds, is fresh and was not seen before. Nonces are kept in memory
 * for as long as a signature is fresh; what the process before may have admitted is refused by
 * its time, so a restart opens no gap.
 */
export class SignatureGate {
  readonly #after: number;
  readonly #memory: NonceMemory;

  /** @param after see `admittedBefore`. */
  constructor(after: number, limits: Omit<NonceMemoryOptions, "after"> = {}) {
    this.#after = after;
    this.#memory = new NonceMemory({ after, ...limits });
  }

  /** Nonces that are kept now. */
  get size(): number {
    return this.#memory.size;
  }

  /**
   * The signer's key. Throws `node-starting`, `bad-http-signature`, `stale-http-signature` with `meta.time` (this node's clock),
   * `replayed-http-signature`, `busy`.
   */
  admit(request: ReceivedRequest, now: UnixSeconds): Hex {
    if (now <= this.#after) throw refused("starting", now, this.#after);
    const { contentDigest, signatureInput, signature } = request;
    if (contentDigest === undefined || signatureInput === undefined || signature === undefined) {
      throw refused("bad", now, this.#after);
    }
    const parts: SignedParts = {
      method: request.method,
      authority: request.authority,
      path: request.path,
      query: request.query,
      contentDigest,
    };
    const parsed = parseHttpSignature(parts, { signatureInput, signature });
    const { created, keyid } = parsed;
    const untimely = this.#memory.refusalOf(created, now);
    if (untimely !== null) throw refused(untimely, now, this.#after);
    if (!isDigestOf(contentDigest, request.body)) throw refused("bad", now, this.#after);
    if (!nativeVerify(parsed.base, parsed.signature, keyOf(parsed.keyid)))
      throw refused("bad", now, this.#after);
    const refusal = this.#memory.take(keyid, parsed.nonce, created, now);
    if (refusal !== null) throw refused(refusal, now, this.#after);
    return keyid;
  }
}

function isDigestOf(contentDigest: string, body: Uint8Array | null): boolean {
  if (body === null) return digestOf(contentDigest) !== null;
  return contentDigest === contentDigestOf(createHash("sha256").update(body).digest());
}

type Refusal = NonceRefusal | "bad";

const CODES = {
  bad: "bad-http-signature",
  stale: "stale-http-signature",
  starting: "node-starting",
  replayed: "replayed-http-signature",
  full: "busy",
} as const;

const RULES: Readonly<Record<Refusal, string>> = {
  bad: "A request carries one HTTP Message Signature (RFC 9421, Ed25519) that covers its content digest.",
  stale: "A signature is at most two minutes old and at most five seconds ahead.",
  starting:
    "A node takes requests that were signed some seconds after its start, so that none of before counts twice.",
  replayed: "A signed request counts once.",
  full: "A node remembers a bounded number of requests, of each signer and of all.",
};

function refused(refusal: Refusal, now: UnixSeconds, after: number): AnamnesisError<(typeof CODES)[Refusal]> {
  const again = refusal === "full" || refusal === "starting";
  return new AnamnesisError({
    code: CODES[refusal],
    rule: RULES[refusal],
    fix: again ? "Sign a new request in some seconds." : "Check this machine's clock and sign a new request.",
    ...(refusal === "stale" ? { meta: { time: now } } : {}),
    ...(refusal === "starting" ? { meta: { retryAfter: secondsUntil(after, now) } } : {}),
  });
}

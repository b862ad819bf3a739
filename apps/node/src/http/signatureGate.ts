import { createHash } from "node:crypto";
import { contentDigestOf } from "@anamnesis/api/http/contentDigest";
import { keyOf, parseHttpSignature, SIGNATURE_WINDOW, type SignedParts } from "@anamnesis/api/http/signature";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex, UnixSeconds } from "@anamnesis/core/ids";
import { MOST_AHEAD } from "../access/requestWindow.ts";
import { nativeVerify } from "@anamnesis/native/ed25519";

const MOST_NONCES = 1_000_000;

/** What of a received request its signature is about. */
export interface ReceivedRequest {
  readonly method: string;
  /** The `Host` header. */
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
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
  readonly #seen = new Map<string, UnixSeconds>();

  /** @param after see `admittedBefore`. */
  constructor(after: number) {
    this.#after = after;
  }

  /** The signer's key. Throws `node-starting`, `bad-http-signature`, `stale-http-signature`, `replayed-http-signature`, `busy`. */
  admit(request: ReceivedRequest, now: UnixSeconds): Hex {
    if (now <= this.#after) throw refused("node-starting");
    const { contentDigest, signatureInput, signature } = request;
    if (contentDigest === undefined || signatureInput === undefined || signature === undefined) {
      throw refused("bad-http-signature");
    }
    const parts: SignedParts = {
      method: request.method,
      authority: request.authority,
      path: request.path,
      query: request.query,
      contentDigest,
    };
    const parsed = parseHttpSignature(parts, { signatureInput, signature });
    const { created } = parsed;
    if (now - created > SIGNATURE_WINDOW || created - now > MOST_AHEAD) {
      throw refused("stale-http-signature");
    }
    // Signed before this process took the folder, by a clock that is right: whoever signs anew is heard.
    if (created <= this.#after) throw refused("node-starting");
    const digest = createHash("sha256").update(request.body).digest();
    if (contentDigest !== contentDigestOf(digest)) throw refused("bad-http-signature");
    if (!nativeVerify(parsed.base, parsed.signature, keyOf(parsed.keyid)))
      throw refused("bad-http-signature");
    const nonce = `${parsed.keyid}${parsed.nonce}`;
    if (this.#seen.has(nonce)) throw refused("replayed-http-signature");
    this.#forget(now);
    if (this.#seen.size >= MOST_NONCES) throw refused("busy");
    this.#seen.set(nonce, now);
    return parsed.keyid;
  }

  /** Entries stand in the order of their arrival. */
  #forget(now: UnixSeconds): void {
    for (const [nonce, arrived] of this.#seen) {
      if (now - arrived <= 2 * SIGNATURE_WINDOW + 2) return;
      this.#seen.delete(nonce);
    }
  }
}

type GateCode =
  "node-starting" | "bad-http-signature" | "stale-http-signature" | "replayed-http-signature" | "busy";

function refused(code: GateCode): AnamnesisError<GateCode> {
  const rules: Record<GateCode, string> = {
    "bad-http-signature":
      "A request carries one HTTP Message Signature (RFC 9421, Ed25519) that covers its content digest.",
    "stale-http-signature": "A signature is at most two minutes old and at most five seconds ahead.",
    "replayed-http-signature": "A signed request counts once.",
    "node-starting":
      "A node takes requests that were signed some seconds after its start, so that none of before counts twice.",
    busy: "A node remembers a bounded number of requests.",
  };
  const again = code === "busy" || code === "node-starting";
  const fix = again
    ? "Sign a new request in some seconds."
    : "Check this machine's clock and sign a new request.";
  return new AnamnesisError({ code, rule: rules[code], fix });
}

import { AnamnesisError } from "@anamnesis/core/errors";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Address, UnixSeconds } from "@anamnesis/core/ids";
import { NonceMemory, secondsUntil, type NonceMemoryOptions, type NonceRefusal } from "./nonceMemory.ts";

/** Lets signed requests inside bodies count once, within their time. In memory: a restart opens no gap, see `admittedBefore`. */
export class RequestWindow {
  /** Seconds: no request of this time or before is admitted. */
  readonly after: number;
  readonly #memory: NonceMemory;

  /** @param after see `admittedBefore`. */
  constructor(after: number, limits: Omit<NonceMemoryOptions, "after"> = {}) {
    this.after = after;
    this.#memory = new NonceMemory({ after, ...limits });
  }

  /**
   * Throws `stale-request` with `meta.time` (this node's clock), `node-starting`, `replayed-request` or `busy`.
   * @param signer whose signature over nonce and time was verified. @param nonce 32 bytes.
   */
  admit(signer: Address, nonce: Uint8Array, time: UnixSeconds, now: UnixSeconds): void {
    const refusal = this.#memory.take(signer, toHex(nonce), time, now);
    if (refusal !== null) throw refused(refusal, now, this.after);
  }
}

const CODES = {
  stale: "stale-request",
  starting: "node-starting",
  replayed: "replayed-request",
  full: "busy",
} as const;

const RULES: Readonly<Record<NonceRefusal, string>> = {
  stale: "A signed request is at most two minutes old and at most five seconds ahead.",
  starting: "A signed request is younger than the node's process, so that none of before counts twice.",
  replayed: "A signed request counts once.",
  full: "A node remembers a bounded number of requests, of each signer and of all.",
};

function refused(
  refusal: NonceRefusal,
  now: UnixSeconds,
  after: number,
): AnamnesisError<(typeof CODES)[NonceRefusal]> {
  return new AnamnesisError({
    code: CODES[refusal],
    rule: RULES[refusal],
    fix:
      refusal === "stale"
        ? "Check this machine's clock and sign a new request."
        : "Sign a new request in some seconds.",
    ...(refusal === "stale" ? { meta: { time: now } } : {}),
    ...(refusal === "starting" ? { meta: { retryAfter: secondsUntil(after, now) } } : {}),
  });
}

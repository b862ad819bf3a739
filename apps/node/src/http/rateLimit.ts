import { AnamnesisError } from "@anamnesis/core/errors";

export interface RateLimitOptions {
  /** Requests a second in the long run. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
  /** Most callers that are remembered; the longest silent one is forgotten first. */
  readonly callers?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by caller, bounded in memory. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Throws `rate-limited` with `meta.retryAfter` in seconds. @param now milliseconds of a clock that does not go back. */
  take(caller: string, now: number): void {
    const { rate, burst, callers = 100_000 } = this.#options;
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate);
    bucket.at = now;
    // Moved to the end, so that the first is always the longest silent.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size > callers) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    if (bucket.tokens < 1) {
      throw new AnamnesisError({
        code: "rate-limited",
        rule: "A caller makes a bounded number of requests.",
        fix: "Wait for the seconds that Retry-After names.",
        meta: { retryAfter: Math.ceil((1 - bucket.tokens) / rate) },
      });
    }
    bucket.tokens -= 1;
  }
}

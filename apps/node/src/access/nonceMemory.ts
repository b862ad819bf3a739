import { SIGNATURE_WINDOW } from "@anamnesis/api/http/signature";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** Seconds by which it may be ahead of it. */
export const MOST_AHEAD = 5;

export interface NonceMemoryOptions {
  /** Seconds: nothing that was signed then or before is admitted, see `admittedBefore`. */
  readonly after: number;
  /** Most nonces of all signers together, as many as a node can verify within the window. */
  readonly most?: number;
  /** Most of one signer, so that none can take the place of the others. */
  readonly mostPerSigner?: number;
}

/** `stale`: too old or too far ahead. `starting`: the process before may have admitted it. `full`: come again. */
export type NonceRefusal = "stale" | "starting" | "replayed" | "full";

/**
 * Lets each signed thing count once. A nonce stays in memory until its time is past the window; what was forgotten is refused by its
 * time from then on, whatever the clock does meanwhile. So a clock that is set forward and back again admits nothing twice, and
 * refuses nothing that was signed after what it had forgotten.
 */
export class NonceMemory {
  readonly #options: Required<NonceMemoryOptions>;
  /** By the second of signing, then by signer. */
  readonly #seen = new Map<number, Map<string, Set<string>>>();
  readonly #bySigner = new Map<string, number>();
  #size = 0;
  #sweptAt = -1;
  /** Newest second of which something was forgotten. */
  #forgotten = -1;

  constructor(options: NonceMemoryOptions) {
    this.#options = { most: 1_000_000, mostPerSigner: 32_768, ...options };
  }

  get size(): number {
    return this.#size;
  }

  /** What time alone says, so that no signature is verified in vain. */
  refusalOf(time: UnixSeconds, now: UnixSeconds): NonceRefusal | null {
    if (now - time > SIGNATURE_WINDOW || time - now > MOST_AHEAD || time <= this.#forgotten) return "stale";
    return time <= this.#options.after ? "starting" : null;
  }

  /** Takes the nonce when it is new, and says `null`. Call it once the signature holds. */
  take(signer: string, nonce: string, time: UnixSeconds, now: UnixSeconds): NonceRefusal | null {
    const refusal = this.refusalOf(time, now);
    if (refusal !== null) return refusal;
    if (this.#seen.get(time)?.get(signer)?.has(nonce) === true) return "replayed";
    this.#sweep(now);
    const own = this.#bySigner.get(signer) ?? 0;
    if (this.#size >= this.#options.most || own >= this.#options.mostPerSigner) return "full";
    const second = this.#seen.get(time) ?? new Map<string, Set<string>>();
    const nonces = second.get(signer) ?? new Set<string>();
    this.#seen.set(time, second.set(signer, nonces.add(nonce)));
    this.#bySigner.set(signer, own + 1);
    this.#size++;
    return null;
  }

  /** Looks at seconds and not at nonces, and once a second at most. */
  #sweep(now: UnixSeconds): void {
    if (now === this.#sweptAt) return;
    this.#sweptAt = now;
    for (const [time, signers] of this.#seen) {
      if (now - time <= SIGNATURE_WINDOW) continue;
      this.#seen.delete(time);
      this.#forgotten = Math.max(this.#forgotten, time);
      for (const [signer, { size }] of signers) {
        this.#size -= size;
        const left = (this.#bySigner.get(signer) ?? 0) - size;
        if (left > 0) this.#bySigner.set(signer, left);
        else this.#bySigner.delete(signer);
      }
    }
  }
}

/**
 * The newest time of a request that the process before this one can have admitted, when there was one (`resumed`): until that is past,
 * the node takes no signed request. @param startedAt when this process took the lock of the data folder.
 */
export function admittedBefore(startedAt: UnixSeconds, resumed: boolean): number {
  return resumed ? startedAt + MOST_AHEAD : -1;
}

/** Seconds after which something signed anew is admitted: a client that waits so long, and no shorter, need not fail after a restart. */
export function secondsUntil(after: number, now: UnixSeconds): number {
  return Math.max(1, after - now + 1);
}

import { createHash } from "node:crypto";

/** Choices that depend on the seed alone (sfc32). Not for keys. */
export class Rng {
  readonly #state: Uint32Array;

  constructor(seed: string) {
    const digest = createHash("sha256").update(`anamnesis/simulation/${seed}`).digest();
    this.#state = new Uint32Array([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  }

  /** Uniform in [0, 2^32). */
  next(): number {
    const state = this.#state as Uint32Array & [number, number, number, number];
    const result = (state[0] + state[1] + state[3]) >>> 0;
    state[3] = (state[3] + 1) >>> 0;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = (state[2] + (state[2] << 3)) >>> 0;
    state[2] = (((state[2] << 21) | (state[2] >>> 11)) + result) >>> 0;
    return result;
  }

  /** An integer in [0, below). */
  below(below: number): number {
    return this.next() % below;
  }

  /** An integer in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** One of the items, each as likely as its weight says; at least one weight is above 0. */
  weighted<T>(items: readonly { readonly weight: number; readonly item: T }[]): T {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    let left = (this.next() / 2 ** 32) * total;
    for (const { weight, item } of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return (items.at(-1) as { readonly item: T }).item;
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => this.next());
    out.set(new Uint8Array(words.buffer).subarray(0, length));
    return out;
  }
}

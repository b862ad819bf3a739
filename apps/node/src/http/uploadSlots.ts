import { AnamnesisError } from "@anamnesis/core/errors";

/** Uploads at once: of all signers, and of each. */
const MOST_UPLOADS = 32;
const MOST_OF_ONE = 8;

/** Bounds what streams onto the disk at once, so that no signer can keep the others from it. */
export class UploadSlots {
  readonly #most: number;
  readonly #held = new Map<string | null, number>();
  #total = 0;

  constructor(most = MOST_UPLOADS) {
    this.#most = most;
  }

  /** Throws `busy`. The slot is held until the function that it returns is called; calling it again does nothing. */
  take(signer: string | null): () => void {
    const own = this.#held.get(signer) ?? 0;
    if (this.#total >= this.#most || own >= MOST_OF_ONE) {
      throw new AnamnesisError({
        code: "busy",
        rule: "A node takes a bounded number of uploads at once.",
        fix: "Wait until your own uploads are over, or for the seconds that Retry-After names.",
      });
    }
    this.#total += 1;
    this.#held.set(signer, own + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#total -= 1;
      const left = (this.#held.get(signer) ?? 1) - 1;
      if (left === 0) this.#held.delete(signer);
      else this.#held.set(signer, left);
    };
  }
}

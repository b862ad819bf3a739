import type { BodyLabel, OrganisationId } from "@anamnesis/core/ids";
import type { WrapContent } from "@anamnesis/core/record/wrap";
import type { ToldHeader } from "./toldHeader.ts";

/** What a home told of the segment, up to a position of its own. */
export interface KeptList {
  /** From where on it is asked for what came since. */
  readonly from: number;
  /** Proven and anchored, in the home's order. */
  readonly headers: readonly ToldHeader[];
}

/**
 * What a reader keeps of one segment between two looks at it: which headers stand, and what lock A hides of them. Never what lock B gives, and no content: these are asked of the custodians each
 * time. For `verify: "signatures"`, one segment and one consortium. It has keys (K1) in it: for memory alone, gone with the sitting and when a consent ends.
 *
 * The home signs its whole list each time, what is kept included; where that does not fit, nothing is kept and everything listed anew. Several looks may share one: what began before it was cleared
 * keeps nothing in it.
 */
export class SegmentMemory {
  readonly #lists = new Map<OrganisationId, KeptList>();
  readonly #wraps = new Map<BodyLabel, WrapContent>();
  readonly #refused = new Set<BodyLabel>();
  #generation = 0;
  #ended = false;

  /** Headers or wraps that it holds, whichever are more; each header counts once for each home that told it. */
  get size(): number {
    const headers = [...this.#lists.values()].reduce((sum, list) => sum + list.headers.length, 0);
    return Math.max(headers, this.#wraps.size);
  }

  /** To be given with what is kept: of which time it is. */
  get generation(): number {
    return this.#generation;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  listOf(home: OrganisationId): KeptList | null {
    return this.#lists.get(home) ?? null;
  }

  keepList(generation: number, home: OrganisationId, list: KeptList): void {
    if (generation === this.#generation && !this.#ended) this.#lists.set(home, list);
  }

  wrapOf(label: BodyLabel): WrapContent | null {
    return this.#wraps.get(label) ?? null;
  }

  keepWrap(generation: number, label: BodyLabel, content: WrapContent): void {
    if (generation === this.#generation && !this.#ended) this.#wraps.set(label, content);
  }

  /** Nobody released these: where they stand on the ledger may have changed, so all is listed anew, once for each of them. */
  refuse(labels: readonly BodyLabel[]): void {
    if (labels.every((label) => this.#refused.has(label))) return;
    labels.forEach((label) => this.#refused.add(label));
    this.clear();
  }

  clear(): void {
    this.#generation++;
    this.#lists.clear();
    this.#wraps.clear();
  }

  /** For good: the access ended, and nothing is kept in it any more. */
  end(): void {
    this.#ended = true;
    this.clear();
  }
}

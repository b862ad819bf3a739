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
 * The home signs its whole list each time, what is kept included; where that does not fit, nothing is kept and everything listed anew.
 */
export class SegmentMemory {
  readonly #lists = new Map<OrganisationId, KeptList>();
  readonly #wraps = new Map<BodyLabel, WrapContent>();

  /** Headers that it holds, each counted once for each home that told it. */
  get size(): number {
    return [...this.#lists.values()].reduce((sum, { headers }) => sum + headers.length, 0);
  }

  listOf(home: OrganisationId): KeptList | null {
    return this.#lists.get(home) ?? null;
  }

  keepList(home: OrganisationId, list: KeptList): void {
    this.#lists.set(home, list);
  }

  wrapOf(label: BodyLabel): WrapContent | null {
    return this.#wraps.get(label) ?? null;
  }

  keepWrap(label: BodyLabel, content: WrapContent): void {
    this.#wraps.set(label, content);
  }

  clear(): void {
    this.#lists.clear();
    this.#wraps.clear();
  }
}

import { useState } from "react";

export interface First<T> {
  readonly shown: readonly T[];
  /** All there are. */
  readonly total: number;
  /** How many more the next step shows; 0: all are shown. */
  readonly next: number;
  /** More than at first are shown. */
  readonly isLong: boolean;
  readonly more: () => void;
  readonly fewer: () => void;
}

/** The first of a list, and more of it step by step: a long list neither fills the page nor ends without a word. */
export function useFirst<T>(all: readonly T[], first: number, step: number): First<T> {
  const [added, setAdded] = useState(0);
  const count = first + added;
  return {
    shown: all.slice(0, count),
    total: all.length,
    next: Math.min(step, Math.max(0, all.length - count)),
    isLong: added > 0 && all.length > first,
    more: () => setAdded(added + step),
    fewer: () => setAdded(0),
  };
}

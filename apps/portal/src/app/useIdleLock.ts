import { useEffect } from "react";

/** Milliseconds without a touch or key after which the keys go: as long as the node keeps an idle session. */
const IDLE = 30 * 60_000;
const LOOK_EVERY = 15_000;
const SIGNS = ["pointerdown", "keydown", "scroll"] as const;

/** Locks what nobody uses any more: a page that was left open on a desk. */
export function useIdleLock(active: boolean, lock: () => Promise<void>): void {
  useEffect(() => {
    if (!active) return undefined;
    let last = Date.now();
    const touch = (): void => {
      last = Date.now();
    };
    for (const sign of SIGNS) document.addEventListener(sign, touch, { passive: true });
    // The clock, and not one long timer: a computer that slept wakes up locked.
    const timer = setInterval(() => {
      if (Date.now() - last > IDLE) void lock();
    }, LOOK_EVERY);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) document.removeEventListener(sign, touch);
    };
  }, [active, lock]);
}

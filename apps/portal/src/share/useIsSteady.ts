import { useEffect, useState } from "react";
import type { Share } from "../worker/protocol.ts";

/** Milliseconds after which somebody sees that what is under the finger is another row. */
const SETTLES = 1000;

/** Whether the same shares have stood in a list for a second: a second tap, meant for the row that has just gone, must not stop the one that came in its place. */
export function useIsSteady(shares: readonly Share[]): boolean {
  const now = shares.map(({ id }) => id).join(" ");
  const [steady, setSteady] = useState(now);
  useEffect(() => {
    if (steady === now) return undefined;
    const timer = setTimeout(() => setSteady(now), SETTLES);
    return () => clearTimeout(timer);
  }, [steady, now]);
  return steady === now;
}

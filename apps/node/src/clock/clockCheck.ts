/** Seconds of difference that an administrator should hear of: requests count for 120 s, and 5 s ahead of their time. */
const MOST_APART = 30;

/**
 * Whether this node's clock is the one that is wrong: more than half of the other nodes are apart from it to one side, or it is behind the
 * ledger's newest block and no other node agrees with it. A ledger on which nothing happens stands still, so being ahead of
 * it says nothing.
 */
export function clockCheck(parts: {
  /** Seconds by which this clock is ahead of each other node's. */
  readonly ahead: readonly number[];
  /** Seconds by which it is behind the newest block; less than 0 when it is ahead. */
  readonly behindLedger: number | null;
}): { readonly ok: boolean; readonly detail: string } {
  const { ahead, behindLedger } = parts;
  const sorted = [...ahead].sort((a, b) => a - b);
  const early = sorted.filter((seconds) => seconds < -MOST_APART).length;
  const late = sorted.filter((seconds) => seconds > MOST_APART).length;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (early * 2 > sorted.length || late * 2 > sorted.length) {
    const side = middle > 0 ? "ahead of" : "behind";
    return { ok: false, detail: `${Math.abs(middle)} s ${side} the other nodes: keep NTP running` };
  }
  if (behindLedger !== null && behindLedger > MOST_APART) {
    const agreed = sorted.length > early + late;
    const detail = `${behindLedger} s behind the ledger's newest block`;
    return agreed
      ? { ok: true, detail: `${detail}, and so are other nodes: the ledger's clock is ahead` }
      : { ok: false, detail: `${detail}: keep NTP running` };
  }
  const apart = early + late > 0 ? `, ${early + late} of them more than ${MOST_APART} s apart` : "";
  return { ok: true, detail: `compared with ${sorted.length} other nodes${apart}` };
}

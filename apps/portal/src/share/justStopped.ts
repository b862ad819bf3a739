import type { Share, Stopped } from "../worker/protocol.ts";

/** A share that was stopped on this page: in force, whatever is left to do. */
export interface JustStopped {
  readonly share: Share;
  readonly stopped: Stopped;
}

/** One place for each share; the one that was stopped last comes last, and stays last when what is left of an earlier one is done. */
export function withStop(before: readonly JustStopped[], one: JustStopped): readonly JustStopped[] {
  const isSame = ({ share }: JustStopped): boolean => share.id === one.share.id;
  if (one.stopped.rest !== "under-way" && before.some(isSame)) {
    return before.map((other) => (isSame(other) ? one : other));
  }
  return [...before.filter((other) => !isSame(other)), one];
}

/** Shares that may still open something, or may come to: with those that a stop did not end for certain, without those that were stopped here. */
export function openShares(shares: readonly Share[], stops: readonly JustStopped[]): readonly Share[] {
  const stopped = new Set(stops.flatMap(({ share }) => share.consents));
  return shares.filter(
    ({ state, consents }) =>
      (state === "live" || state === "unfinished" || state === "stopping") &&
      !consents.some((consent) => stopped.has(consent)),
  );
}

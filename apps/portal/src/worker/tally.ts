import type { OpenedItem, Progress } from "./protocol.ts";

/**
 * Adds up how far the parts of one opening are, each under its own key.
 * @param show what of the parts that are open by now may be shown; `null`: nothing yet.
 */
export function tally<K>(
  tell: (value: Progress) => void,
  show: (parts: ReadonlyMap<K, readonly OpenedItem[]>) => readonly OpenedItem[] | null,
): (part: K, value: Progress) => void {
  const counts = new Map<K, Progress>();
  const parts = new Map<K, readonly OpenedItem[]>();
  return (part, value) => {
    counts.set(part, value);
    let done = 0;
    let of = 0;
    for (const count of counts.values()) {
      done += count.done;
      of += count.of;
    }
    if (value.soFar !== undefined) parts.set(part, value.soFar);
    const soFar = value.soFar === undefined ? null : show(parts);
    tell(soFar === null ? { done, of } : { done, of, soFar });
  };
}

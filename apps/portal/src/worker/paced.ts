import type { Progress } from "./protocol.ts";

/** Milliseconds between two counts: more often nobody reads them, and each has the page drawn and a screen reader told. */
const PACE = 100;

/** Tells at once what says more than a count, and the first and the last count; of the counts in between one each 100 ms. @param now milliseconds of a clock that only goes on. */
export function paced(
  tell: (value: Progress) => void,
  now = () => performance.now(),
): (value: Progress) => void {
  let last = -Infinity;
  return (value) => {
    const time = now();
    const { done, of, ...more } = value;
    if (Object.keys(more).length === 0 && done < of && time - last < PACE) return;
    last = time;
    tell(value);
  };
}

import { percentile } from "./statistics.ts";

/** How many times one is the other, with the interval in which it lies in 95 of 100 such runs. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * Ratio of two medians, `numerator[i]` and `denominator[i]` measured one beside the other, so that what else the machine did meets both. The interval is the percentile bootstrap's over the
 * pairs (B. Efron, R. Tibshirani: An Introduction to the Bootstrap, 13.3), drawn the same at each call.
 */
export function ratioOfMedians(numerator: readonly number[], denominator: readonly number[]): Ratio {
  const pairs = Math.min(numerator.length, denominator.length);
  const median = (values: readonly number[], at: readonly number[]): number =>
    percentile(
      at.map((i) => values[i] ?? Number.NaN),
      0.5,
    );
  const of = (at: readonly number[]): number => median(numerator, at) / median(denominator, at);
  let state = 1;
  // Numerical Recipes' linear congruence, modulo 2^32.
  const draw = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const drawn = Array.from({ length: RESAMPLES }, () =>
    of(Array.from({ length: pairs }, () => Math.floor(draw() * pairs))),
  );
  return {
    ratio: of(Array.from({ length: pairs }, (_, i) => i)),
    low: percentile(drawn, 0.025),
    high: percentile(drawn, 0.975),
  };
}

/** `0.91 (0.89 to 0.93)`. */
export function ratioText({ ratio, low, high }: Ratio): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

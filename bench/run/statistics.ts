/** The value below which a share `p` (0 to 1) of the samples lies, by the nearest rank; NaN without samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

export interface Fit {
  /** y grows as x to this power: 1 is proportional, 0 does not depend on x. */
  readonly slope: number;
  /** Share of the variation of log y that the line explains, 0 to 1; `null` when y does not vary. */
  readonly r2: number | null;
}

/** Least squares of log y over log x. Points with a value that is not positive are left out; `null` with fewer than two x. */
export function logLogFit(points: readonly { readonly x: number; readonly y: number }[]): Fit | null {
  const logs = points
    .filter(({ x, y }) => x > 0 && y > 0)
    .map(({ x, y }) => [Math.log(x), Math.log(y)] as const);
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const mx = mean(logs.map(([x]) => x));
  const my = mean(logs.map(([, y]) => y));
  const sum = (term: (x: number, y: number) => number): number =>
    logs.reduce((total, [x, y]) => total + term(x - mx, y - my), 0);
  const xx = sum((x) => x * x);
  if (logs.length < 2 || xx === 0) return null;
  const xy = sum((x, y) => x * y);
  const yy = sum((_, y) => y * y);
  return { slope: xy / xx, r2: yy === 0 ? null : (xy * xy) / (xx * yy) };
}

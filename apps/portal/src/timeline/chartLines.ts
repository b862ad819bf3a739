import type { Trend, TrendPoint } from "../meaning/trendsOf.ts";

/** Of the drawing, in its own units. */
export const WIDTH = 420;
export const HEIGHT = 84;
const EDGE = 10;
/** Two marks of the scale that are nearer would stand on each other. */
const APART = 18;

export interface ChartLines {
  /** The usual range, from top to bottom; `null`: none that numbers can be held against. */
  readonly band: { readonly top: number; readonly bottom: number } | null;
  /** Corners of a line: of a blood pressure two, of anything else one. */
  readonly lines: readonly string[];
  readonly dots: readonly {
    readonly x: number;
    readonly y: number;
    readonly isOutside: boolean;
    readonly isNewest: boolean;
  }[];
  /** Numbers beside the drawing: the ends of the usual range, else the least and the most. */
  readonly scale: readonly { readonly value: number; readonly y: number }[];
}

export function isOutside({ state }: TrendPoint): boolean {
  return state !== null && state !== "usual";
}

/** Where everything of a chart stands. @param trend has at least one point. */
export function chartLines({ points, range }: Pick<Trend, "points" | "range">): ChartLines {
  const usual = range?.comparable === true ? range : null;
  const numbers = points.flatMap(({ number, second }) => (second === null ? [number] : [number, second]));
  const ends = [usual?.low, usual?.high].filter((end) => typeof end === "number");
  const low = least([...numbers, ...ends]);
  const high = -least([...numbers, ...ends].map((number) => -number));
  const first = points[0]?.when.sort ?? 0;
  const time = (points.at(-1)?.when.sort ?? 0) - first || 1;
  const x = (sort: number): number => EDGE + ((sort - first) / time) * (WIDTH - 2 * EDGE);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  const dotsOf = (numberOf: (point: TrendPoint) => number | null): ChartLines["dots"] =>
    points.flatMap((point, i) => {
      const number = numberOf(point);
      if (number === null) return [];
      const isNewest = i === points.length - 1;
      return { x: x(point.when.sort), y: y(number), isOutside: isOutside(point), isNewest };
    });
  const series = [dotsOf(({ number }) => number), dotsOf(({ second }) => second)];
  const [upper = high, lower] = ends.length > 0 ? ends.toSorted((a, b) => b - a) : [high, low];
  const marks = lower === undefined || Math.abs(y(upper) - y(lower)) < APART ? [upper] : [upper, lower];
  return {
    band:
      usual === null || ends.length === 0
        ? null
        : {
            top: usual.high === null ? 0 : y(usual.high),
            bottom: usual.low === null ? HEIGHT : y(usual.low),
          },
    lines: series
      .filter((dots) => dots.length > 1)
      .map((dots) => dots.map((dot) => `${dot.x.toFixed(1)},${dot.y.toFixed(1)}`).join(" ")),
    dots: series.flat(),
    scale: marks.map((value) => ({ value, y: y(value) })),
  };
}

/** As `Math.min`, of a list of any length. */
function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

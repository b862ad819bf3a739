import type { Trend } from "../meaning/trendsOf.ts";

const WIDTH = 420;
const HEIGHT = 74;
const EDGE = 8;

/** One value over time as a line, its usual range shaded; the sentence says the same. */
export function TrendChart({ trend }: { readonly trend: Trend }) {
  const { points, range } = trend;
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const numbers = points.map(({ number }) => number);
  const shown = range?.comparable === true ? range : null;
  const low = Math.min(...numbers, shown?.low ?? Number.POSITIVE_INFINITY);
  const high = Math.max(...numbers, shown?.high ?? Number.NEGATIVE_INFINITY);
  const span = high - low || 1;
  const time = last.when.sort - first.when.sort || 1;
  const x = (sort: number): number => EDGE + ((sort - first.when.sort) / time) * (WIDTH - 2 * EDGE);
  const y = (value: number): number => HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE);
  const line = points
    .map(({ when, number }) => `${x(when.sort).toFixed(1)},${y(number).toFixed(1)}`)
    .join(" ");
  const top = y(shown?.high ?? high);
  const bottom = y(shown?.low ?? low);
  return (
    <svg className="trend" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={trend.sentence}>
      {shown !== null && (
        <rect className="usual" x="0" y={top} width={WIDTH} height={Math.max(0, bottom - top)} />
      )}
      <polyline points={line} />
      {points.map(({ when, number, from }) => (
        <circle key={from} cx={x(when.sort)} cy={y(number)} r={when === last.when ? 6 : 4} />
      ))}
    </svg>
  );
}

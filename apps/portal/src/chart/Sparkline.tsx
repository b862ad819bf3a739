import { useWords } from "../words/useWords.tsx";
import type { ResultPoint } from "./resultsOf.ts";

const WIDTH = 120;
const HEIGHT = 22;
const EDGE = 3;
/** As many numbers are read out. */
const SPOKEN = 12;

/** How one value went, in a row of a table; nothing for a single one. */
export function Sparkline({
  name,
  points,
}: {
  readonly name: string;
  readonly points: readonly ResultPoint[];
}) {
  const words = useWords();
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const numbers = points.map(({ number }) => number);
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  const time = last.sort - first.sort || 1;
  const x = ({ sort }: ResultPoint): number => EDGE + ((sort - first.sort) / time) * (WIDTH - 2 * EDGE);
  const y = ({ number }: ResultPoint): number =>
    HEIGHT - EDGE - ((number - low) / span) * (HEIGHT - 2 * EDGE);
  const figures = points.slice(-SPOKEN).map(({ figure }) => figure);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={words.chart.series(name, figures.join("; "))}
    >
      <polyline points={points.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(" ")} />
      <circle cx={x(last)} cy={y(last)} r={3} />
    </svg>
  );
}

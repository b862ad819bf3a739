import { sayWhen } from "../meaning/sayWhen.ts";
import { tidyNumber } from "../meaning/tidyNumber.ts";
import type { Trend, TrendPoint } from "../meaning/trendsOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import { chartLines, HEIGHT, isOutside, WIDTH } from "./chartLines.ts";
import { locale } from "./useTimeline.ts";

/** Half of a diamond's diagonal, and a dot's radius. */
const SIZE = { outside: 7, newest: 6, other: 4 };

/**
 * One value over time: its usual range shaded, the range's ends as a scale, what is outside marked by form and colour, first and newest with their dates. The sentence says the same to who does
 * not see it.
 */
export function TrendChart({ trend }: { readonly trend: Trend }) {
  const { trend: said } = useWords().lists;
  const { points, range, sentence } = trend;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const { band, lines, dots, scale } = chartLines(trend);
  const standing = last.state === null ? null : said.standing(meaningEn.values.states[last.state]);
  const spoken = [sentence, said.span(points.length, dateOf(first), dateOf(last)), standing];
  const marks = scale.map(({ value, y }) => ({ y, text: tidyNumber(String(value), locale) }));
  const longest = Math.max(...marks.map(({ text }) => text.length));
  const legend = [
    band === null || range === null ? null : said.usual(range.text),
    dots.some((dot) => dot.isOutside) ? said.diamonds : null,
  ].filter((part) => part !== null);
  return (
    <div className="trend">
      <div className="trend-scale" aria-hidden="true" style={{ inlineSize: `${longest + 1}ch` }}>
        {marks.map(({ y, text }) => (
          <span key={text} style={{ insetBlockStart: `${(100 * y) / HEIGHT}%` }}>
            {text}
          </span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={spoken.filter((part) => part !== null).join(". ")}
      >
        {band !== null && (
          <rect
            className="usual"
            x="0"
            y={band.top}
            width={WIDTH}
            height={Math.max(0, band.bottom - band.top)}
          />
        )}
        {lines.map((line) => (
          <polyline key={line} points={line} />
        ))}
        {dots.map(({ x, y, isOutside: outside, isNewest }, i) =>
          outside ? (
            <path key={`${i} ${x}`} className="outside" d={diamond(x, y, SIZE.outside)} />
          ) : (
            <circle key={`${i} ${x}`} cx={x} cy={y} r={isNewest ? SIZE.newest : SIZE.other} />
          ),
        )}
      </svg>
      <p className="trend-ends muted" aria-hidden="true">
        <span>{said.at(first.figure, dateOf(first))}</span>
        <span className={isOutside(last) ? "newest outside" : "newest"}>
          {said.at(last.figure, dateOf(last))}
          {isOutside(last) && last.state !== null && <>: {meaningEn.values.states[last.state]}</>}
        </span>
      </p>
      {legend.length > 0 && (
        <p className="trend-legend muted" aria-hidden="true">
          {legend.join(" ")}
        </p>
      )}
    </div>
  );
}

function dateOf({ when }: TrendPoint): string {
  return sayWhen(when, Date.now(), meaningEn, locale).said;
}

function diamond(x: number, y: number, size: number): string {
  return `M${x} ${y - size}l${size} ${size} ${-size} ${size} ${-size} ${-size}z`;
}

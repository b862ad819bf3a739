import type { Row, Table } from "../run/report.ts";
import { logLogFit } from "../run/statistics.ts";

/** The rows, and for each of their figures how it grows with `by`: the exponent of the power law that fits best. */
export function withSlopes(table: Table, by: string): readonly Table[] {
  const names = Object.keys(table.rows[0] ?? {}).filter((name) => name !== by);
  const rows = names.map((name): Row => {
    const points = table.rows.flatMap((row) => {
      const [x, y] = [row[by], row[name]];
      return typeof x === "number" && typeof y === "number" ? [{ x, y }] : [];
    });
    const fit = logLogFit(points);
    return {
      figure: name,
      exponent: fit === null ? null : Number(fit.slope.toFixed(2)),
      "R²": fit?.r2 ?? null,
    };
  });
  const notes = [
    `Least squares of log figure over log ${by}: 0 does not grow, 1 is proportional. Few points under changing load: an exponent with a small R² says nothing.`,
  ];
  return [table, { bench: table.bench, title: `${table.title}: exponents`, rows, notes }];
}

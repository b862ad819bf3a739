import type { Entry } from "../meaning/entry.ts";
import { LOINC } from "../meaning/conceptOf.ts";
import type { Value } from "../meaning/valuesOf.ts";

/** The newest value of one analyte in one unit, and how it was before. */
export interface Result {
  /** Code and unit: the same each time. */
  readonly id: string;
  readonly value: Value;
  /** The test that it is of. */
  readonly entry: Entry;
  /** Numbers of the same code and unit, oldest first, the newest too; limits ("less than 5") are left out. */
  readonly points: readonly ResultPoint[];
}

export interface ResultPoint {
  /** Milliseconds since 1970. */
  readonly sort: number;
  readonly number: number;
  readonly figure: string;
}

/**
 * The newest laboratory values, the newest test first, in the order of their tests. A value is never converted: another unit makes another line.
 *
 * @param entries of the timeline, the newest first.
 */
export function resultsOf(entries: readonly Entry[]): readonly Result[] {
  const found = new Map<string, Result & { readonly points: ResultPoint[] }>();
  for (const entry of entries) {
    if (!entry.areas.includes("laboratory")) continue;
    for (const value of entry.values) {
      if (value.absent !== null) continue;
      const id = idOf(value);
      const known = found.get(id);
      const points = known?.points ?? [];
      const point = pointOf(value);
      const last = points.at(-1);
      // The same result from two organisations is one point.
      if (point !== null && (last?.sort !== point.sort || last.figure !== point.figure)) points.push(point);
      if (known === undefined) found.set(id, { id, value, entry, points });
    }
  }
  return [...found.values()].map((result) => ({
    ...result,
    points: result.points.toSorted((a, b) => a.sort - b.sort),
  }));
}

function idOf({ codes, unit, name }: Value): string {
  // Laboratories add codes of their own; by LOINC's the same analyte of two of them is one.
  const code = codes.find(({ system }) => system === LOINC) ?? codes.find(({ system }) => system !== null);
  return `${code === undefined ? name : `${code.system}|${code.code}`}|${unit?.code ?? ""}`;
}

function pointOf({ number, figure, when, exactly }: Value): ResultPoint | null {
  return number === null || figure === null || when === null || !exactly
    ? null
    : { sort: when.sort, number, figure };
}

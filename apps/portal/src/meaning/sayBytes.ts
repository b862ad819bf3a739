import { formatUnit, type Locale } from "./locale.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const STEP = 1000;

/** A size as people say it, whole up to kilobytes: "120 kB", "3.4 GB". */
export function sayBytes(bytes: number, locale: Locale): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to a thousand is one of the next.
  while (Math.round(value) >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return formatUnit(unit < 2 || value >= 100 ? Math.round(value) : value, UNITS[unit] ?? "byte", locale);
}

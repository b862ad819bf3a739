import { formatNumber, type Locale } from "./locale.ts";

/**
 * A number as people write it: up to three digits after the decimal point stay as they were written; more come from a
 * calculation and are rounded to three significant digits, and never less than to whole numbers.
 *
 * @param text a JSON number, such as `3.40`: its zeros are part of what was measured.
 * @param most digits after the decimal point of a number that has to be rounded.
 */
export function tidyNumber(text: string, locale: Locale, most = 12): string {
  const value = Number(text);
  const given = /^-?\d+(?:\.(\d+))?$/.exec(text);
  const digits = given === null ? null : (given[1]?.length ?? 0);
  return formatNumber(
    value,
    digits !== null && digits <= 3 ? digits : Math.min(most, digitsFor(value)),
    locale,
  );
}

/** As many digits after the point as three significant ones need: two at most from 0.01 on, 12 below. */
function digitsFor(value: number): number {
  if (value === 0 || Number.isInteger(value)) return 0;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Math.min(digits, Math.abs(value) < 0.01 ? 12 : 2);
}

/** Decimal texts without exponent, such as `-0.05`. */
export interface DecimalRange {
  readonly value: string;
  /** Included. */
  readonly low: string;
  /** Excluded. */
  readonly high: string;
}

const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Characters of a number's text, and decimal places before or behind the point that its exponent may make: none in medicine comes near. */
const MOST_CHARACTERS = 200;
const MOST_PLACES = 300;

/**
 * What a decimal covers by its precision (FHIR R4, search.html#number): half of its last digit's place to both sides, so 100 is
 * 99.5 to 100.5, 100.00 is 99.995 to 100.005 and 1e2 is 50 to 150. With `approximate`, a tenth of the value to both sides where that is
 * more. Exact: never through a floating-point number. Null for a text that is no decimal or has too many places.
 */
export function rangeOfDecimal(text: string, approximate = false): DecimalRange | null {
  if (text.length > MOST_CHARACTERS) return null;
  const parts = DECIMAL.exec(text);
  if (parts === null) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  /** Of the last digit written: the value is `digits · 10^-places`. */
  const places = fraction.length - Number(exponent);
  if (Math.abs(places) > MOST_PLACES) return null;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const tenfold = digits * 10n;
  const tenth = digits < 0n ? -digits : digits;
  const half = approximate && tenth > 5n ? tenth : 5n;
  return {
    value: decimalText(tenfold, places + 1),
    low: decimalText(tenfold - half, places + 1),
    high: decimalText(tenfold + half, places + 1),
  };
}

/** `digits · 10^-places` without needless zeros. */
function decimalText(digits: bigint, places: number): string {
  if (digits === 0n) return "0";
  if (places <= 0) return (digits * 10n ** BigInt(-places)).toString();
  const sign = digits < 0n ? "-" : "";
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const fraction = text.slice(-places).replace(/0+$/, "");
  return `${sign}${text.slice(0, -places)}${fraction === "" ? "" : `.${fraction}`}`;
}

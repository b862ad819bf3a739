import fc from "fast-check";
import { expect, it } from "vitest";
import { hasCode } from "../errors.ts";
import { padmeLength } from "./padme.ts";

it("gives the lengths of the paper's algorithm", () => {
  const pairs = [
    0,
    0,
    1,
    1,
    2,
    2,
    3,
    3,
    8,
    8,
    9,
    10,
    17,
    18,
    33,
    36,
    1000,
    1024,
    1025,
    1088,
    2 ** 40 + 1,
    2 ** 40 + 2 ** 34,
  ];
  for (let i = 0; i < pairs.length; i += 2) expect(padmeLength(pairs[i] as number)).toBe(pairs[i + 1]);
});

it("never shortens, adds at most 12 %, is monotonic and stays where it is", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat().map((n) => n % (2 ** 48 - 1)),
      (n) => {
        const padded = padmeLength(n);
        expect(padded).toBeGreaterThanOrEqual(n);
        expect(padded).toBeLessThanOrEqual(Math.ceil(n * 1.12));
        expect(padmeLength(n + 1)).toBeGreaterThanOrEqual(padded);
        expect(padmeLength(Math.min(padded, 2 ** 48))).toBe(Math.min(padded, 2 ** 48));
      },
    ),
  );
});

it.each([-1, 1.5, 2 ** 48 + 1, Number.NaN])("refuses %s", (length) => {
  let error: unknown;
  try {
    padmeLength(length);
  } catch (thrown) {
    error = thrown;
  }
  expect(hasCode(error, "bad-length")).toBe(true);
});

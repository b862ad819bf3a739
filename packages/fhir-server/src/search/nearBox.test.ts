import fc from "fast-check";
import { expect, it } from "vitest";
import { boxAround, EARTH } from "./nearBox.ts";

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** As the statement says it. */
function distance([lat, lon]: readonly [number, number], [toLat, toLon]: readonly [number, number]): number {
  const half = (a: number, b: number): number => Math.sin(radians(a - b) / 2) ** 2;
  const of = half(toLat, lat) + Math.cos(radians(lat)) * Math.cos(radians(toLat)) * half(toLon, lon);
  return 2 * EARTH * Math.asin(Math.sqrt(Math.min(1, of)));
}

it("holds all that is within the distance, over poles and the 180th meridian", () => {
  const latitude = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 0, 89.9, 90));
  const longitude = fc.oneof(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.constantFrom(-180, -179.9, 179.9, 180),
  );
  const place = fc.tuple(latitude, longitude);
  const near = fc.tuple(
    place,
    fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
  );
  fc.assert(
    fc.property(near, place, fc.double({ min: 1, max: 1.5, noNaN: true }), ([at, [up, right]], far, more) => {
      const close = [Math.max(-90, Math.min(90, at[0] + up)), ((at[1] + right + 540) % 360) - 180] as const;
      for (const to of [close, far]) {
        const { south, north, longitudes } = boxAround(...at, distance(at, to) * more);
        expect(to[0] >= south && to[0] <= north).toBe(true);
        expect(longitudes.some(({ west, east }) => to[1] >= west && to[1] <= east)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

it("is no larger than it has to be", () => {
  const { south, north, longitudes } = boxAround(60, 10, 11_120);
  expect(north - south).toBeCloseTo(0.2, 2);
  expect(longitudes).toHaveLength(1);
  expect((longitudes[0]?.east ?? 0) - (longitudes[0]?.west ?? 0)).toBeCloseTo(0.4, 2);
});

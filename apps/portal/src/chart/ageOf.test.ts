import { expect, it } from "vitest";
import { ageOf } from "./ageOf.ts";

it("gives whole years, from whatever of the birth date is known", () => {
  const now = new Date(2026, 10, 22);
  expect(ageOf("1958-06-14", now)).toBe(68);
  expect(ageOf("1958-11-22", now)).toBe(68);
  expect(ageOf("1958-11-23", now)).toBe(67);
  expect(ageOf("1958-12", now)).toBe(67);
  expect(ageOf("1958", now)).toBe(68);
  expect(ageOf("in summer", now)).toBeNull();
  expect(ageOf(null, now)).toBeNull();
});

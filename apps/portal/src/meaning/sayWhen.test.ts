import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { sayWhen } from "./sayWhen.ts";
import { ENGLISH } from "./testing/locale.ts";
import { whenOf, whenOfPeriod, whenOfText } from "./when.ts";

/** 23:30 in Madrid. */
const NOW = Date.parse("2026-11-21T22:30:00Z");

it.each([
  ["2026-11-21T08:41:00Z", "today, 09:41"],
  ["2026-11-20T08:41:00Z", "yesterday, 09:41"],
  ["2026-11-20T23:30:00Z", "today, 00:30"],
  ["2026-11-22", "tomorrow"],
  ["2026-11-20", "yesterday"],
  ["2026-11-12T08:41:00Z", "12 November"],
  ["2025-11-12", "12 November 2025"],
  ["2019-11", "November 2019"],
  ["2019", "2019"],
])("%s is %s", (text, said) => {
  expect(sayWhen(whenOfText(text), NOW, meaningEn, ENGLISH).said).toBe(said);
});

it("has the exact time besides, in the reader's zone", () => {
  expect(sayWhen(whenOfText("2026-11-20T08:41:00Z"), NOW, meaningEn, ENGLISH).exact).toBe(
    "Friday, 20 November 2026 at 09:41:00 CET",
  );
  expect(sayWhen(whenOfText("2026-11-20"), NOW, meaningEn, ENGLISH).exact).toBe("Friday, 20 November 2026");
});

it("says a period by its days, and one day as a day", () => {
  const period = (start: string, end: string): string =>
    sayWhen(whenOfPeriod({ start, end }), NOW, meaningEn, ENGLISH).said;
  expect(period("2026-11-05", "2026-11-09")).toBe("5 November to 9 November");
  expect(period("2026-11-05T09:00:00Z", "2026-11-05T09:30:00Z")).toBe("5 November");
  expect(period("2026-11-09", "2026-11-05")).toBe("9 November");
});

it.each([
  [null],
  [whenOfText("yesterday")],
  [whenOfText("2026-02-30")],
  [whenOf({ resourceType: "Observation", effectiveDateTime: 7 })],
])("says so when there is no date (%s)", (when) => {
  expect(sayWhen(when, NOW, meaningEn, ENGLISH).said).toBe("no date given");
});

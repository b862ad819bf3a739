import { expect, it } from "vitest";
import { en } from "../words/en.ts";
import { sayWaiting } from "./sayWaiting.ts";

it("says for how long in the largest whole unit, and nothing from the future", () => {
  const said = [-5, 0, 59, 60, 3599, 3600, 86_399, 86_400, 3 * 86_400].map((seconds) =>
    sayWaiting(seconds, en.cosign),
  );
  expect(said).toEqual([
    "less than a minute",
    "less than a minute",
    "less than a minute",
    "1 minute",
    "59 minutes",
    "1 hour",
    "23 hours",
    "1 day",
    "3 days",
  ]);
});

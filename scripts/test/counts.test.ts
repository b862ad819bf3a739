import { describe, expect, test } from "vitest";
import { countForge } from "./countForge.ts";
import { atLeastOneFailure, lastLine, NOTHING, sum } from "./counts.ts";
import { countVitest } from "./countVitest.ts";

describe("the last line", () => {
  test("names skipped tests only when there are some", () => {
    expect(lastLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(lastLine({ passed: 12, failed: 3, skipped: 1 })).toBe("12 passed, 3 failed, 1 skipped");
  });

  test("sums the stages", () => {
    const one = { passed: 1, failed: 2, skipped: 3 };
    expect(sum([])).toEqual(NOTHING);
    expect(sum([one, one])).toEqual({ passed: 2, failed: 4, skipped: 6 });
  });

  test("a bad exit code is at least one failure", () => {
    expect(atLeastOneFailure(NOTHING, 0)).toEqual(NOTHING);
    expect(atLeastOneFailure(NOTHING, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(atLeastOneFailure({ passed: 0, failed: 4, skipped: 0 }, 1).failed).toBe(4);
  });
});

describe("counts of a report", () => {
  test("Vitest: a file that does not load is one failure", () => {
    const report = {
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: "passed", assertionResults: [{ status: "passed" }] },
        { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
        { status: "failed", assertionResults: [] },
      ],
    };
    expect(countVitest(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });

  test("forge: names what failed, and takes an unknown status as a failure", () => {
    const report = {
      "test/A.t.sol:A": {
        test_results: {
          "test_a()": { status: "Success", reason: null },
          "test_b()": { status: "Failure", reason: "revert" },
        },
      },
      "test/B.t.sol:B": {
        test_results: {
          "test_c()": { status: "Skipped", reason: null },
          "test_d()": { status: "New", reason: null },
        },
      },
    };
    expect(countForge(report)).toEqual({
      counts: { passed: 1, failed: 2, skipped: 1 },
      failures: ["test/A.t.sol:A test_b(): revert", "test/B.t.sol:B test_d(): no reason given"],
    });
  });
});

import { join } from "node:path";
import { expect, test } from "vitest";
import { coverageByFolder, coverageTable } from "./coverageByFolder.ts";

const all = (covered: number, total: number) => ({
  lines: { covered, total },
  functions: { covered, total },
  branches: { covered: 0, total: 0 },
});

test("sums files by the first folder under src", () => {
  const root = join("/", "repository");
  const report = {
    total: all(9, 9),
    [join(root, "packages/core/src/crypto/dkg/a.ts")]: all(1, 2),
    [join(root, "packages/core/src/crypto/b.ts")]: all(2, 2),
    [join(root, "packages/core/src/errors.ts")]: all(0, 4),
  };
  const folders = coverageByFolder(report, root);
  expect(folders.map(([name, [lines]]) => [name, lines])).toEqual([
    ["packages/core", { covered: 0, total: 4 }],
    ["packages/core/crypto", { covered: 3, total: 4 }],
  ]);
  expect(coverageTable(folders).split("\n")).toEqual([
    "  coverage, %               lines  functions   branches",
    "  packages/core               0.0        0.0          -",
    "  packages/core/crypto       75.0       75.0          -",
    "  all                        37.5       37.5          -",
  ]);
});

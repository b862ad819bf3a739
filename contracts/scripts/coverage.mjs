// How much of the contracts their tests run: `npm run coverage -w contracts`. Exit code 1 below the floors, or when a test fails.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CONTRACTS, runForge } from "./forge.mjs";
import { fileCoverage } from "./lcov.mjs";
import { oneNameForEachFile } from "./oneNameForEachFile.mjs";

/** Percent. */
const FLOORS = { lines: 99, branches: 95 };
const WORK = join(CONTRACTS, "cache", "coverage");
const REPORT = join(WORK, "lcov.info");

/** Apart from the build of `forge test`, whose code is optimised and has no counters. */
const ENVIRONMENT = {
  FOUNDRY_OUT: join(WORK, "out"),
  FOUNDRY_CACHE_PATH: join(WORK, "cache"),
  FOUNDRY_FUZZ_RUNS: "64",
};

function measure() {
  rmSync(REPORT, { force: true });
  mkdirSync(WORK, { recursive: true });
  Object.assign(process.env, ENVIRONMENT, oneNameForEachFile());
  const skipped = ["--no-match-path", "test/{gas,symbolic}/*", "--no-match-coverage", "(^test|node_modules)/"];
  return runForge(["coverage", "--quiet", ...skipped, "--report", "lcov", "--report-file", REPORT]);
}

const percent = ({ hit, found }) => (found === 0 ? 100 : (100 * hit) / found);
const shown = (count) => `${percent(count).toFixed(2)} % (${count.hit}/${count.found})`;
const sum = (counts) =>
  counts.reduce((all, one) => ({ hit: all.hit + one.hit, found: all.found + one.found }), { hit: 0, found: 0 });

const code = measure();
if (code !== 0 || !existsSync(REPORT)) {
  console.error("Coverage was not measured: a test failed, or the contracts do not compile.");
  process.exit(1);
}
const files = fileCoverage(readFileSync(REPORT, "utf8"));
for (const { path, lines, branches, missedLines, missedBranches } of files) {
  if (missedLines.length + missedBranches.length === 0) continue;
  console.log(`${path}: lines ${shown(lines)}, branches ${shown(branches)}`);
  if (missedLines.length > 0) console.log(`  lines not run: ${missedLines.join(", ")}`);
  if (missedBranches.length > 0) console.log(`  branches not taken at lines: ${missedBranches.join(", ")}`);
}
const lines = sum(files.map((file) => file.lines));
const branches = sum(files.map((file) => file.branches));
console.log(`${files.length} files: lines ${shown(lines)}, branches ${shown(branches)}`);
if (files.length === 0 || percent(lines) < FLOORS.lines || percent(branches) < FLOORS.branches) {
  console.error(`The floors are ${FLOORS.lines} % of the lines and ${FLOORS.branches} % of the branches.`);
  process.exitCode = 1;
}

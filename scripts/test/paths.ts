// Where the stages find what they run. Programs of packages are named by file, so that they run on this very Node.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const CONTRACTS = join(ROOT, "contracts");
export const COVERAGE = join(ROOT, "coverage");

const installed = (path: string): string => join(ROOT, "node_modules", path);

export const PROGRAMS = {
  prettier: installed("prettier/bin/prettier.cjs"),
  oxlint: installed("oxlint/bin/oxlint"),
  tsc: installed("typescript/bin/tsc"),
  vitest: installed("vitest/vitest.mjs"),
  stryker: installed("@stryker-mutator/core/bin/stryker.js"),
};

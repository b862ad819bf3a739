import { defineConfig } from "vitest/config";

/** Long tests run by hand alone: `npm run test:deep` sets this, and then nothing else runs. */
const deep = process.env.ANAMNESIS_DEEP === "1";

const DEEP = "**/*.deep.test.ts";
const UNITS = ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "scripts/**/*.test.ts"];
const SYSTEM = ["e2e/**/*.test.ts"];
const SIMULATION = ["simulation/**/*.test.ts"];
const IGNORED = ["**/node_modules/**", "**/dist/**"];

const MINUTE = 60_000;

export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    // ML-KEM in WebCrypto is called experimental; that it is used is on purpose and said elsewhere.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    retry: 0,
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/generated/**", "packages/testkit/**"],
      reporter: ["json-summary"],
      reportOnFailure: true,
    },
    projects: deep
      ? [
          {
            extends: true,
            test: {
              name: "deep",
              include: [DEEP],
              exclude: IGNORED,
              maxWorkers: 1,
              testTimeout: 60 * MINUTE,
            },
          },
        ]
      : [
          {
            extends: true,
            test: {
              name: "unit",
              include: [...UNITS, ...SIMULATION],
              exclude: [...IGNORED, DEEP],
              maxWorkers: 2,
              testTimeout: MINUTE,
              sequence: { groupOrder: 0 },
            },
          },
          // Whole systems share the machine's ports and cores: one file at a time, after the others.
          {
            extends: true,
            test: {
              name: "e2e",
              include: SYSTEM,
              exclude: [...IGNORED, DEEP],
              maxWorkers: 1,
              testTimeout: MINUTE,
              hookTimeout: MINUTE,
              sequence: { groupOrder: 1 },
            },
          },
        ],
  },
});

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** A package's sources in Stryker's copy of the project: node_modules leads to the ones that were not changed. */
const sourcesOf = (name) => ({
  find: new RegExp(`^@anamnesis/${name}/(.*)$`),
  replacement: fileURLToPath(new URL(`../../packages/${name}/src/$1.ts`, import.meta.url)),
});

/** The decision's tests alone, which Stryker runs for each change. */
export default defineConfig({
  resolve: { alias: [sourcesOf("core"), sourcesOf("testkit")] },
  test: {
    include: ["packages/core/src/consent/decide.test.ts"],
    environment: "node",
    execArgv: ["--disable-warning=ExperimentalWarning"],
  },
});

import process from "node:process";
import { defineConfig } from "vitest/config";
import { findGeth } from "./packages/ledger/src/evm/geth/gethProgram.ts";
import { findPostgres } from "./apps/node/src/database/testing/postgresProgram.ts";

/**
 * `test` (`npm test`): what runs before every push. `system` (`npm run test:system`, on every change by continuous
 * integration): faults with real processes, other engines, the simulation. `deep` (`npm run test:deep`): long runs by hand.
 * `geth` (`npm run test:geth`): on a network of several geth signers, where geth was set up; part of `deep` there.
 */
const tier = process.env.ANAMNESIS_TIER ?? "test";

const SYSTEM = "**/*.system.test.ts";
const DEEP = "**/*.deep.test.ts";
const GETH = "**/*.geth.test.ts";
const CORE = ["packages/core/src/**/*.test.ts"];
const UNITS = [
  "packages/*/src/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "scripts/**/*.test.ts",
  "bench/**/*.test.ts",
];
const WHOLE = ["e2e/**/*.test.ts"];
/** Where the order of statements, conflicts and locks matter: run on a PostgreSQL server besides. */
const ON_POSTGRES = [
  "records/{putRecords,statedHeaders}",
  "grants/grantStore",
  "requests/requests",
  "segments/cardStore",
  "outbox/sendOutbox",
  "outbox/enqueueStoredRevocations",
  "indexer/*",
  "custody/release",
  "custody/revoke",
  "erasure/erasure",
  "endorse/endorse",
  "anchor/anchor",
  "replicate/replicateRecords",
  "directory/directory",
  "backup/tables",
  "fhir/{rest,search,consent,context,scopes,visible,plans,kept,received,receivedDecision,receivedUnseen}",
  "fhir/seal/seal",
  "fhir/audit/auditTrail",
  "oauth/{backendServices,authorisationCode}",
].map((name) => `apps/node/src/${name}.test.ts`);
const IGNORED = ["**/node_modules/**", "**/dist/**"];

const MINUTE = 60_000;
/** For one test: it ends what hangs, and no test on a machine with other work. */
const LONGEST = 3 * MINUTE;
/** All but core compute as the programs do. */
const FAST = ["scripts/test/fastCurve.ts"];

/** With the JavaScript arithmetic, which runs everywhere. */
const core = {
  name: "core",
  include: CORE,
  exclude: [...IGNORED, SYSTEM, DEEP, GETH],
  maxWorkers: 2,
  testTimeout: LONGEST,
  hookTimeout: MINUTE,
  sequence: { groupOrder: 0 },
};

const unit = {
  name: "unit",
  include: UNITS,
  exclude: [...IGNORED, ...CORE, SYSTEM, DEEP, GETH],
  setupFiles: FAST,
  maxWorkers: 2,
  testTimeout: LONGEST,
  hookTimeout: MINUTE,
  sequence: { groupOrder: 0 },
};

/** Whole systems share the machine's ports and cores: one file at a time, after the others. */
const e2e = {
  name: "e2e",
  setupFiles: FAST,
  include: WHOLE,
  exclude: [...IGNORED, SYSTEM, DEEP, GETH],
  maxWorkers: 1,
  testTimeout: LONGEST,
  hookTimeout: MINUTE,
  sequence: { groupOrder: 1 },
};

function onPostgres() {
  if (findPostgres() === null) {
    process.stderr.write("\nThere is no PostgreSQL on this machine: NO TEST RUNS ON A DATABASE SERVER.\n\n");
    return [];
  }
  const postgres = {
    name: "postgres",
    setupFiles: FAST,
    include: ON_POSTGRES,
    exclude: [...IGNORED, DEEP],
    globalSetup: ["apps/node/src/indexer/testing/postgresProject.ts"],
    env: { ANAMNESIS_TEST_DATABASE: "postgres" },
    maxWorkers: 2,
    testTimeout: LONGEST,
    hookTimeout: MINUTE,
    sequence: { groupOrder: 0 },
  };
  return [postgres];
}

const simulation = {
  name: "simulation",
  include: ["simulation/**/*.test.ts"],
  exclude: [...IGNORED, DEEP],
  maxWorkers: 2,
  testTimeout: LONGEST,
  hookTimeout: MINUTE,
  sequence: { groupOrder: 1 },
};

const system = {
  name: "system",
  globalSetup: ["scripts/test/builtPortal.ts"],
  setupFiles: FAST,
  include: [SYSTEM],
  exclude: IGNORED,
  maxWorkers: 2,
  testTimeout: 5 * MINUTE,
  hookTimeout: 2 * MINUTE,
  // What a page comes to show, on a machine with other work.
  expect: { poll: { timeout: MINUTE } },
  sequence: { groupOrder: 2 },
};

const deep = {
  name: "deep",
  setupFiles: FAST,
  include: [DEEP],
  exclude: IGNORED,
  maxWorkers: 1,
  testTimeout: 60 * MINUTE,
};

function onGeth() {
  if (findGeth() === null) {
    process.stderr.write(
      "\nThere is no geth on this machine (npm run setup:geth builds it): NO TEST RUNS ON A NETWORK OF SEVERAL NODES.\n\n",
    );
    return [];
  }
  const geth = {
    name: "geth",
    setupFiles: FAST,
    include: [GETH],
    exclude: IGNORED,
    // Signers that wait for a processor make forks, and the demo's times are promises.
    maxWorkers: 1,
    testTimeout: 5 * MINUTE,
    hookTimeout: 5 * MINUTE,
    sequence: { groupOrder: 3 },
  };
  return [geth];
}

function projects() {
  if (tier === "deep") return [deep, ...onGeth()];
  if (tier === "geth") return onGeth();
  if (tier === "system") return [...onPostgres(), simulation, system];
  return [core, unit, e2e];
}

export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    // ML-KEM in WebCrypto is called experimental; that it is used is on purpose and said elsewhere.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    retry: 0,
    // What comes about by itself, on a machine with other work: the default of one second is less than such a machine takes.
    expect: { poll: { timeout: MINUTE / 2 } },
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts", "apps/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/generated/**", "packages/testkit/**"],
      reporter: ["json-summary"],
      reportOnFailure: true,
    },
    projects: projects().map((test) => ({ extends: true as const, test })),
  },
});

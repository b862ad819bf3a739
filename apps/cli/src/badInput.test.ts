import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliRun, runCli } from "./testing/runCli.ts";

/** Stands wherever health data or a secret could stand. */
const CANARY = "CanaryZephyrineQuill";
const PASSPHRASE = "canary passphrase quince";

let folder = "";
const outputs: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `anamnesis-${CANARY}-`));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  const done = await runCli(args, env);
  outputs.push(done.stdout, done.stderr);
  // Three or four lines: rule, fix, facts, code; no stack trace.
  if (done.exitCode !== 0)
    expect(done.stderr).toMatch(/^error: .+\n {2}fix: .+\n(?: {2}about: .+\n)? {2}code: [a-z0-9-]+\n$/);
  return done;
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const patient = { resourceType: "Patient", id: "p", name: [{ family: CANARY }] };
const entry = { fullUrl: "urn:uuid:7b2f1c1e-9d53-4a0e-8f5e-000000000001", resource: patient };
const bundle = (entries: readonly unknown[]): string =>
  JSON.stringify({ resourceType: "Bundle", type: "collection", entry: entries });

describe("bad input", () => {
  const condition = {
    resourceType: "Condition",
    subject: { reference: "urn:uuid:7b2f1c1e-9d53-4a0e-8f5e-000000000009" },
    note: [{ text: CANARY }],
  };
  const cases: readonly (readonly [string, string, string])[] = [
    ["malformed JSON", "not-json", `{"resourceType":"Bundle","id":"${CANARY}",`],
    ["JSON that is no FHIR", "not-fhir", JSON.stringify({ name: CANARY })],
    ["another resource type", "wrong-resource-type", JSON.stringify(patient)],
    ["an unresolvable reference", "unresolvable-reference", bundle([entry, { resource: condition }])],
    ["an empty bundle", "empty-bundle", bundle([])],
    ["an entry without a resource", "bad-entry", bundle([{ fullUrl: entry.fullUrl, note: CANARY }])],
    [
      "two patients in one bundle",
      "several-patients",
      bundle([entry, { resource: { ...patient, id: "q" } }]),
    ],
    [
      "no patient at all",
      "no-patients",
      bundle([{ resource: { resourceType: "Organization", name: CANARY } }]),
    ],
  ];
  it.each(cases)("%s ends the demo with %s before anything starts", async (_what, code, content) => {
    const path = await file(`${CANARY}-${code}.json`, content);
    const done = await run(["demo", "--once", "--input", path]);
    expect(done).toMatchObject({ exitCode: 1, code, stdout: "" });
  });

  it("says which of several files it is, by its place", async () => {
    const good = await file("good.json", bundle([entry]));
    const bad = await file("bad.json", "[");
    const done = await run(["demo", "--once", "--input", good, bad]);
    expect(done).toMatchObject({ exitCode: 1, code: "not-json" });
    expect(done.stderr).toContain("file 2 of 2");
  });

  it("a missing file ends with missing-file, a folder without files with no-bundles", async () => {
    const missing = await run(["demo", "--once", "--input", join(folder, "nowhere.json")]);
    expect(missing).toMatchObject({ exitCode: 1, code: "missing-file" });
    const empty = await mkdtemp(join(folder, "empty-"));
    expect(await run(["demo", "--once", "--input", empty])).toMatchObject({
      exitCode: 1,
      code: "no-bundles",
    });
  });

  it("a folder with other things in it is not taken for state, also not with --fresh", async () => {
    const done = await run(["demo", "--fresh", "--state", folder]);
    expect(done).toMatchObject({ exitCode: 1, code: "not-a-state-folder" });
  });
});

describe("a machine that is not ready", () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer((socket) => socket.destroy());
    port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  it("a port in use ends the demo with port-in-use and names the port", async () => {
    const done = await run(["demo", "--once", "--port", String(Math.min(port, 65_532))]);
    expect(done).toMatchObject({ exitCode: 1, code: "port-in-use" });
    expect(done.stderr).toContain(`port ${port}`);
  });

  it("a ledger that does not answer, or is none, ends the demo with ledger-unavailable", async () => {
    for (const host of [`user:${CANARY}@127.0.0.1:1`, `127.0.0.1:${port}`]) {
      const done = await run(["demo", "--once", "--ledger", `http://${host}/${CANARY}`]);
      expect(done).toMatchObject({ exitCode: 1, code: "ledger-unavailable" });
    }
  });

  it("a ledger that does not answer ends a node with ledger-unavailable", async () => {
    const passphraseFile = await file("passphrase", PASSPHRASE);
    const env = { ANAMNESIS_PASSPHRASE_FILE: passphraseFile };
    const data = join(folder, "node");
    const made = await run(["node", "init", "--data", data, "--name", "Test Hospital", "--json"], env);
    expect(made.exitCode).toBe(0);
    const again = await run(["node", "init", "--data", data, "--name", "Test Hospital"], env);
    expect(again).toMatchObject({ exitCode: 1, code: "keystore-exists" });
    const address = `0x${"11".repeat(20)}`;
    const contracts = Object.fromEntries(
      ["consortium", "directory", "consents", "records", "receipts", "owners", "relay"].map((name) => [
        name,
        address,
      ]),
    );
    const config = await file(
      "node.json",
      JSON.stringify({
        dataDir: data,
        mode: "development",
        ledger: { rpcUrl: `http://user:${CANARY}@127.0.0.1:${port}`, chainId: 31_337, contracts },
      }),
    );
    const done = await run(["node", "run", "--config", config], env);
    expect(done).toMatchObject({ exitCode: 1, code: "ledger-unavailable", stdout: "" });
  });

  it("a front without a Redis server ends with bad-config", async () => {
    const main = `http://127.0.0.1:${port}`;
    const organisation = `0x${"11".repeat(32)}`;
    const config = await file("front.json", JSON.stringify({ main, organisation, publicUrl: main }));
    const done = await run(["node", "front", "--config", config]);
    expect(done).toMatchObject({ exitCode: 1, code: "bad-config", stdout: "" });
  });

  it("a node that does not answer ends with node-unreachable", async () => {
    const done = await run(["consortium", "members", "--node", `http://127.0.0.1:${port}`]);
    expect(done).toMatchObject({ exitCode: 1, code: "node-unreachable" });
  });
});

describe("keys", () => {
  const organisation = `0x${"22".repeat(32)}`;

  it("are made once, need a passphrase, and open with the right one only", async () => {
    const env = { ANAMNESIS_PASSPHRASE_FILE: await file("right", PASSPHRASE) };
    const out = join(folder, "doctor.age");
    const args = [
      "keys",
      "create",
      "--subject",
      "practitioner",
      "--name",
      "Dr. Test",
      "--organisation",
      organisation,
      "--out",
      out,
    ];
    expect(await run(args)).toMatchObject({ exitCode: 1, code: "no-passphrase" });
    const made = await run([...args, "--json"], env);
    expect(made.exitCode).toBe(0);
    expect(Object.keys(JSON.parse(made.stdout) as object)).toEqual(["actor", "keyCard", "administrator"]);
    expect(await run(args, env)).toMatchObject({ exitCode: 1, code: "file-exists" });
    const wrong = { ANAMNESIS_PASSPHRASE_FILE: await file("wrong", `not ${PASSPHRASE}`) };
    const grants = ["consent", "list", "--actor", out, "--node", "http://127.0.0.1:9"];
    expect(await run(grants, wrong)).toMatchObject({ exitCode: 1, code: "bad-passphrase" });
    const broken = await file("broken.age", CANARY);
    const opened = await run(["consent", "list", "--actor", broken, "--node", "http://127.0.0.1:9"], env);
    expect(opened).toMatchObject({ exitCode: 1, code: "keys-corrupt" });
  });

  it("are refused by the wrong verb, and both kinds at once", async () => {
    const node = ["--node", "http://127.0.0.1:9"];
    expect(await run(["consent", "list", ...node])).toMatchObject({ exitCode: 1, code: "one-key-file" });
    const both = ["consent", "list", ...node, "--keys", "a", "--actor", "b"];
    expect(await run(both)).toMatchObject({ exitCode: 1, code: "one-key-file" });
  });
});

describe("a command line of the wrong form", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["an unknown command", [CANARY], "reason unknownCommand"],
    ["an unknown option", ["demo", `--${CANARY}`], "reason unknownOption"],
    ["a missing option", ["consortium", "members"], "option --node"],
    ["a value of the wrong form", ["demo", "--port", CANARY], "option --port"],
    ["an address of the wrong form", ["demo", "--ledger", `ftp://${CANARY}`], "option --ledger"],
    ["a passphrase as an argument", ["demo", "--passphrase", CANARY], "reason unknownOption"],
  ];
  it.each(cases)("%s ends with wrong-usage and repeats nothing", async (_what, args, reason) => {
    const done = await run(args);
    expect(done).toMatchObject({ exitCode: 2, code: "wrong-usage", stdout: "" });
    expect(done.stderr).toContain(reason);
  });

  it("every verb has --help", async () => {
    const verbs = [
      "demo",
      "node",
      "keys",
      "directory",
      "consortium",
      "enrol",
      "permit",
      "import",
      "consent",
      "owner",
      "open",
      "receipts",
      "verify",
    ];
    const helps = await Promise.all(verbs.slice(0, 3).map((verb) => run([verb, "--help"])));
    expect(helps.map((help) => help.exitCode)).toEqual([0, 0, 0]);
    const { stdout } = await run(["--help"]);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, "m"));
  });
});

it("nothing of all this repeats health data, passphrases or paths that hold them", () => {
  const all = outputs.join("\n");
  expect(all.length).toBeGreaterThan(1000);
  for (const secret of [CANARY, PASSPHRASE, "quince"]) expect(all).not.toContain(secret);
});

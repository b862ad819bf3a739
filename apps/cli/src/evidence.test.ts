import { createServer, type Server } from "node:http";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { FakeConsortium } from "@anamnesis/sdk/testing/fakeConsortium";
import { beginJourney, type Journey, resource } from "@anamnesis/sdk/testing/journey";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeActorKeys, writePatientKeys } from "./files/keyFiles.ts";
import { runCli } from "./testing/runCli.ts";

const PASSPHRASE = "evidence passphrase";

const servers: Server[] = [];
let folder = "";
let journey: Journey;
let env: Readonly<Record<string, string>>;
let common: readonly string[];

/** Sockets before a consortium in memory: its cryptography, formats and decision are the real ones. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anamnesis-evidence-"));
  let world: FakeConsortium | null = null;
  const endpoints = await Promise.all([0, 1, 2].map(() => listen((url, init) => world?.fetch(url, init))));
  world = await FakeConsortium.create(["North", "South", "Lab"], endpoints);
  world.time = parseUnixSeconds(Math.floor(Date.now() / 1000));
  journey = await beginJourney(world);
  await journey.seal([resource("a"), resource("b"), resource("c")]);
  world.anchor();
  await journey.grant();
  const lock = { passphrase: PASSPHRASE, workFactor: 4 };
  await writeActorKeys(join(folder, "doctor.age"), journey.doctor, lock);
  await writePatientKeys(join(folder, "patient.age"), journey.keys(), lock);
  await writeFile(join(folder, "passphrase"), PASSPHRASE);
  env = { ANAMNESIS_PASSPHRASE_FILE: join(folder, "passphrase") };
  common = ["--kind", "general", "--evidence", join(folder, "evidence"), "--json"];
}, 120_000);

afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

async function listen(fetch: (...args: Parameters<FakeConsortium["fetch"]>) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = `http://${request.headers.host ?? ""}${request.url ?? ""}`;
      const headers = request.headers as Record<string, string>;
      const init = { method: request.method ?? "", headers, body: new Uint8Array(Buffer.concat(chunks)) };
      void (async () => {
        const answer = (await fetch(url, init)) as Awaited<ReturnType<FakeConsortium["fetch"]>>;
        const bytes = Buffer.from(await answer.arrayBuffer());
        response.writeHead(answer.status, { "content-length": bytes.length }).end(bytes);
      })();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(...more: readonly string[]): Promise<Record<string, unknown>> {
  const args = [
    "open",
    ...more,
    "--node",
    journey.world.member(1).endpoint,
    "--actor",
    join(folder, "doctor.age"),
  ];
  const run = await runCli([...args, "--out", join(folder, "out"), ...common], env);
  expect(run).toMatchObject({ exitCode: 0 });
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

async function evidenceFiles(): Promise<readonly string[]> {
  const names = await readdir(join(folder, "evidence"));
  return names.filter((name) => name.startsWith("evidence-")).map((name) => join(folder, "evidence", name));
}

it("opening with --keep gives the own node what opened, and no patient's keys do", async () => {
  const before = journey.world.node(0).log.length;
  const result = await open("--keep");
  expect(result["kept"]).toHaveLength(3);
  expect(result["notKept"]).toEqual([]);
  expect(journey.world.node(1).kept.size).toBe(3);
  expect(journey.world.node(0).log).toHaveLength(before + 1);
  const own = [
    "open",
    "--node",
    journey.world.member(0).endpoint,
    "--keys",
    join(folder, "patient.age"),
    "--keep",
  ];
  expect(await runCli([...own, "--out", join(folder, "out"), ...common], env)).toMatchObject({
    exitCode: 1,
    code: "keep-of-actor",
  });
});

it("previews what a consent would open, and leaves no trace of it", async () => {
  const { world } = journey;
  const before = world.node(0).log.length;
  const preview = ["consent", "preview", "--node", world.member(0).endpoint, "--kind", "general"];
  const keys = ["--keys", join(folder, "patient.age"), "--json"];
  const all = await runCli([...preview, ...keys], env);
  expect(all.exitCode).toBe(0);
  expect(JSON.parse(all.stdout)).toMatchObject({ records: [{}, {}, {}], closed: [] });
  const none = await runCli([...preview, "--type", "ImagingStudy", ...keys], env);
  expect(JSON.parse(none.stdout)).toMatchObject({ records: [] });
  expect(world.node(0).log).toHaveLength(before);
});

describe("evidence by the command line", () => {
  it("opens past a lying custodian, names it, and leaves a file that proves it to another process", async () => {
    const { world } = journey;
    world.node(0).tamper = () => world.member(1).verificationShare;
    const result = await open();
    world.node(0).tamper = (share) => share;
    expect(result["records"]).toHaveLength(3);
    expect(result["liars"]).toEqual([
      { organisation: world.member(0).organisation, what: "bad-share", proven: true },
    ]);
    const [file = ""] = await evidenceFiles();
    const proven = await runCli(["evidence", file]);
    expect(proven.exitCode).toBe(0);
    expect(proven.stdout).toContain(`about: North, ${world.member(0).organisation}`);
    const bytes = await readFile(file);
    const at = bytes.length - 5;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const changed = join(folder, "changed.cbor");
    await writeFile(changed, bytes);
    expect(await runCli(["evidence", changed])).toMatchObject({ exitCode: 1, stdout: "" });
    await rm(file);
  });

  it("keeps promises and heads, so that a log which hides or forks later is proven", async () => {
    const { world } = journey;
    await open();
    const receipts = ["receipts", "--node", world.member(0).endpoint, "--keys", join(folder, "patient.age")];
    const clean = await runCli([...receipts, "--notices", ...common], env);
    expect(clean.exitCode).toBe(0);
    // What needs the patient's look besides: that this organisation came for the first time.
    expect(JSON.parse(clean.stdout)).toMatchObject({ notices: [{ rules: ["first-organisation"] }] });
    const node = world.node(1);
    const honest = node.log;
    node.log = honest.map((entry) => ({ ...entry, segment: `0x${"0".repeat(64)}` as never }));
    const hidden = await runCli([...receipts, ...common], env);
    expect(hidden).toMatchObject({ exitCode: 1, code: "log-not-clean" });
    const { evidence } = JSON.parse(hidden.stdout) as { evidence: readonly string[] };
    expect(evidence).not.toEqual([]);
    const verdict = await runCli(["evidence", join(folder, "evidence", evidence[0] ?? ""), "--json"]);
    expect(JSON.parse(verdict.stdout)).toMatchObject({
      kind: "missing-entry",
      proven: true,
      accused: world.member(1).organisation,
    });
    node.log = honest.map((entry) => ({ ...entry, commitment: new Uint8Array(32) }));
    const forked = await runCli([...receipts, ...common], env);
    expect(forked.stderr).toContain("conflicting-heads");
    node.log = honest;
  });
});

it("says who may add records, gives a receipt of what was revoked, and checks it without any keys", async () => {
  const { world } = journey;
  const node = ["--node", world.member(0).endpoint];
  const keys = ["--keys", join(folder, "patient.age"), "--json"];
  const permits = await runCli(["permits", ...node, ...keys], env);
  expect(JSON.parse(permits.stdout)).toMatchObject({
    writers: [{ organisation: world.member(0).organisation }],
    silent: [],
  });
  const given = await journey.grant({ purposes: ["HRESCH"] });
  const [consent = ""] = given.consents;
  await writePatientKeys(join(folder, "patient.age"), journey.keys(), {
    passphrase: PASSPHRASE,
    workFactor: 4,
  });
  const file = join(folder, "receipt.json");
  const receipt = ["consent", "receipt", consent, "--out", file, ...node, ...keys];
  expect(await runCli(receipt, env)).toMatchObject({ exitCode: 1, code: "not-revoked" });
  expect(await runCli(["consent", "revoke", consent, ...node, ...keys], env)).toMatchObject({ exitCode: 0 });
  expect(await runCli(receipt, env)).toMatchObject({ exitCode: 0 });
  const check = ["consent", "check-receipt", file, ...node, "--json"];
  const checked = await runCli(check);
  expect(checked.exitCode).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject({ faults: [], consents: [{ consent, acknowledged: 3 }] });
  const text = await readFile(file, "utf8");
  const value = JSON.parse(text) as { acknowledged: { storedAt: number }[] };
  for (const ack of value.acknowledged) ack.storedAt -= 1;
  await writeFile(file, JSON.stringify(value));
  expect(await runCli(check)).toMatchObject({ exitCode: 1, code: "bad-receipt" });
});

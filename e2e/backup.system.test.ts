import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditRoutes } from "@anamnesis/api/routes/audit";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { openStateFolder } from "@anamnesis/cli/demo/start/stateFolder";
import { startWorld, type World } from "@anamnesis/cli/demo/start/startWorld";
import { until } from "@anamnesis/cli/demo/until";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { CODEC_RAW, cidOf } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import type { Cid, ConsentId } from "@anamnesis/core/ids";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import { openPglite } from "@anamnesis/node/database/pgliteDatabase";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 900_000;
const DEADLINE = 240_000;

let folder = "";
let world: World;
const stopping: { stop(): Promise<void> }[] = [];
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backup-"));
  world = await startWorld({
    state: await openStateFolder(at("state"), false),
    firstPort: null,
    databaseUrl: null,
    onDatabase: () => undefined,
    onDeath: (name, code) => expect.unreachable(`${name} ended with ${code}`),
    onStarting: (process) => void stopping.push(process),
    signal: new AbortController().signal,
  });
}, LONG);
afterAll(async () => {
  await stopAll();
  for (const process of stopping.toReversed()) await process.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG);

interface Ran {
  readonly exitCode: number | null;
  readonly output: string;
  readonly json: Record<string, unknown>;
}

async function run(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  const { exitCode, output } = await new CommandProcess([...args, "--json"], env).finished;
  const begin = output.search(/^[[{]/m);
  const json = exitCode === 0 && begin >= 0 ? (JSON.parse(output.slice(begin)) as Ran["json"]) : {};
  return { exitCode, output, json };
}

async function bundle(name: string, values: readonly number[]): Promise<string> {
  const subject = { reference: "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000001" };
  const patient = { resourceType: "Patient", id: "p1", name: [{ family: "Drill" }] };
  const code = { coding: [{ system: "http://loinc.org", code: "2345-7" }] };
  const observations = values.map((value) => ({
    resource: {
      resourceType: "Observation",
      id: `o${value}`,
      status: "final",
      code,
      subject,
      valueQuantity: { value },
    },
  }));
  const entry = [{ fullUrl: subject.reference, resource: patient }, ...observations];
  await writeFile(at(name), JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
  return at(name);
}

async function eventsWith<T>(pick: (event: LedgerEvent) => T | null): Promise<readonly T[]> {
  const page = await world.ledger.events(null, 1_000_000);
  if (page.status !== "ok") return [];
  return page.events.map(pick).filter((found) => found !== null);
}

describe("a backup", () => {
  it(
    "brings a node back whose folder is gone: it signs nothing with an older log, refuses what was revoked since, and goes on with the newest log",
    async () => {
      const { north, south, laboratory } = world.nodes;
      const files = world.state.node("north");
      // Two of three custodians open: with one away, every opening and revocation needs the node that is lost.
      await laboratory.stop();
      const person = { ANAMNESIS_PASSPHRASE_FILE: world.state.passphrase };
      const keys = ["--keys", at("patient.age"), "--node", north.url];
      const ok = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
        const { exitCode, output, json } = await run(person, ...args);
        expect([args[0], exitCode, output]).toEqual([args[0], 0, expect.any(String)]);
        return json;
      };
      await ok("enrol", ...keys, "--kit", at("kit"), "--home", north.organisation, south.organisation);
      await ok("permit", ...keys, "--organisation", north.organisation, "--out", at("admission"));
      const device = ["--device", join(world.state.keys, "importer.age"), "--admission", at("admission")];
      const source = ["--node", north.url, "--system", "urn:test:drill", "--journal", at("journal")];
      const imported = (name: string): Promise<Record<string, unknown>> =>
        ok("import", name, ...device, ...source);
      expect(await imported(await bundle("first.json", [4, 5, 6]))).toMatchObject({ sealed: 4 });
      const grantee = actorOf(world.people.doctor);
      const [granted] = (await ok(
        "consent",
        "grant",
        ...keys,
        "--kind",
        "general",
        "--grantee",
        grantee,
      )) as unknown as {
        readonly consent: ConsentId;
      }[];
      const doctor = ["--actor", join(world.state.keys, "doctor.age"), "--node", south.url];
      const anchored = (count: number): Promise<true> =>
        until({ what: `${count} anchored records`, deadline: DEADLINE }, async () => {
          const ledger = ["--ledger", world.state.ledger, "--purpose", "PATRQT", "--kind", "general"];
          const { verified } = (await ok("verify", ...keys, ...ledger)) as { verified?: readonly unknown[] };
          return verified?.length === count ? true : null;
        });
      await anchored(4);
      expect((await ok("open", ...doctor, "--out", at("read-1")))["records"]).toHaveLength(4);
      const logNow = async (): Promise<number> => {
        const text = await connect(systemRuntime, north.url, null).call(
          auditRoutes.checkpoint,
          {},
          undefined,
        );
        return Number(text.split("\n")[1]);
      };
      const headAnchored = (entries: number): Promise<true> =>
        until({ what: `a head of ${entries} entries on the ledger`, deadline: DEADLINE }, async () => {
          const sizes = await eventsWith((event) =>
            event.type === "log-head-anchored" && event.organisation === north.organisation
              ? event.size
              : null,
          );
          return Math.max(0, ...sizes) >= entries ? true : null;
        });
      await headAnchored(await logNow());

      // The backup, of a stopped node alone.
      const backupEnv = { ANAMNESIS_BACKUP_PASSPHRASE_FILE: at("backup-passphrase") };
      await writeFile(at("backup-passphrase"), "of the backups\n", { mode: 0o600 });
      const backup = ["backup", "--config", files.config, "--out", at("north.age")];
      const running = await run(backupEnv, ...backup);
      expect([running.exitCode, running.output]).toEqual([
        1,
        expect.stringContaining("code: data-dir-locked"),
      ]);
      await north.stop();
      const nodeEnv = { ANAMNESIS_PASSPHRASE_FILE: files.passphrase };
      const fsck = (): Promise<Ran> => run(nodeEnv, "fsck", "--config", files.config);
      const sound = await fsck();
      expect([sound.exitCode, sound.output]).toEqual([0, expect.any(String)]);
      expect(sound.json).toMatchObject({ sound: true, skipped: [], mended: [] });
      await headOnItsWay(files.data);
      const written = await run(backupEnv, ...backup);
      expect([written.exitCode, written.output]).toEqual([0, expect.any(String)]);
      const sizeThen = (await stat(join(files.data, "receipts.log"))).size;
      await north.start();
      await north.ready();

      // Work goes on: another opening, a revocation, both on the ledger.
      expect((await ok("open", ...doctor, "--out", at("read-2")))["records"]).toHaveLength(4);
      await ok("consent", "revoke", granted?.consent ?? "", ...keys);
      await until({ what: "the revocation on the ledger", deadline: DEADLINE }, async () => {
        const revoked = await eventsWith((event) =>
          event.type === "consent-revoked" ? event.consent : null,
        );
        return revoked.includes(granted?.consent as ConsentId) ? true : null;
      });
      const entries = await logNow();
      await headAnchored(entries);
      await north.stop();
      await copyFile(join(files.data, "receipts.log"), at("receipts.newest"));
      expect((await stat(at("receipts.newest"))).size).toBeGreaterThan(sizeThen);
      await rm(files.data, { recursive: true });

      // A wrong passphrase restores nothing, the right one all of it.
      const restore = ["restore", "--in", at("north.age"), "--config", files.config];
      await writeFile(at("wrong"), "another\n");
      const wrong = await run({ ANAMNESIS_BACKUP_PASSPHRASE_FILE: at("wrong") }, ...restore);
      expect([wrong.exitCode, wrong.output]).toEqual([1, expect.stringContaining("code: bad-passphrase")]);
      expect(await readdir(join(files.data, ".."))).not.toContain("north");
      const restored = await run(backupEnv, ...restore);
      expect([restored.exitCode, restored.output]).toEqual([0, expect.any(String)]);
      const again = await run(backupEnv, ...restore);
      expect([again.exitCode, again.output]).toEqual([1, expect.stringContaining("code: restore-target")]);
      const behind = await fsck();
      expect([behind.exitCode, behind.output]).toEqual([1, expect.stringContaining("log-rolled-back")]);

      // It runs, and signs and releases nothing.
      await north.start();
      const health = await until({ what: "north following the ledger", deadline: DEADLINE }, async () => {
        const found = await north.health();
        return found?.checks["ledger"]?.ok === true && found.status !== "starting" ? found : null;
      });
      expect(health).toMatchObject({
        status: "degraded",
        checks: { receipts: { ok: false }, custody: { ok: true } },
      });
      await until({ what: "north refusing to sign", deadline: DEADLINE }, async () => {
        const error: unknown = await logNow().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Error);
        return hasCode(error, "log-rolled-back") ? true : null;
      });
      const refused = await run(
        person,
        "open",
        ...keys,
        "--purpose",
        "PATRQT",
        "--kind",
        "general",
        "--out",
        at("read-3"),
      );
      expect([refused.exitCode, refused.output]).toEqual([
        1,
        expect.stringContaining("code: too-few-custodians"),
      ]);
      expect(await imported(await bundle("second.json", [7, 8]))).toMatchObject({ sealed: 2 });
      await anchored(6);
      const state = connect(systemRuntime, north.url, httpSigner(world.people.importer.ed25519));
      expect(
        await state.call(exchangeRoutes.consentState, { consent: granted?.consent ?? "" }, undefined),
      ).toMatchObject({ status: "revoked" });

      // The newest log is put back: it signs again, and what was revoked after the backup stays revoked.
      await north.stop();
      await copyFile(at("receipts.newest"), join(files.data, "receipts.log"));
      const whole = await fsck();
      expect([whole.exitCode, whole.output]).toEqual([0, expect.any(String)]);
      await north.start();
      await north.ready();
      expect(await logNow()).toBeGreaterThanOrEqual(entries);
      const own = ["--purpose", "PATRQT", "--kind", "general"];
      expect((await ok("open", ...keys, ...own, "--out", at("read-4")))["records"]).toHaveLength(6);
      const revoked = await run(person, "open", ...doctor, "--out", at("read-5"));
      expect([revoked.exitCode, revoked.output]).toEqual([1, expect.stringContaining("code: not-opened")]);

      await mendsADamagedBlob(files.data, async () => {
        expect((await ok("open", ...keys, ...own, "--out", at("read-6")))["records"]).toHaveLength(6);
      });
    },
    LONG,
  );
});

/** The stopped node's database of the moment between the sending of its log's newest head and the answer. */
async function headOnItsWay(dataDir: string): Promise<void> {
  const db = await openPglite(join(dataDir, "database"));
  const rows = await db.query(
    `update outbox set state = 'pending', block = null, block_hash = null, transaction = null
     where id = (select max(id) from outbox where type = 'AnchorLogHead') returning id`,
  );
  await db.close();
  expect(rows).toHaveLength(1);
}

/** A bit of every content at the running node is turned: the reader gets all from the other home, and the node mends itself. */
async function mendsADamagedBlob(dataDir: string, read: () => Promise<void>): Promise<void> {
  const blobs = join(dataDir, "blobs", "blobs");
  const contents: { readonly path: string; readonly cid: Cid; readonly bytes: Uint8Array }[] = [];
  for (const entry of await readdir(blobs, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.startsWith("bafkrei")) continue;
    const path = join(entry.parentPath, entry.name);
    contents.push({ path, cid: entry.name as Cid, bytes: await readFile(path) });
  }
  expect(contents.length).toBeGreaterThan(0);
  for (const { path, bytes } of contents) {
    await writeFile(path, Buffer.from([...bytes.subarray(0, -1), (bytes.at(-1) ?? 0) ^ 1]));
  }
  await read();
  await until({ what: "damaged blobs mended", deadline: DEADLINE }, async () => {
    for (const { path, cid } of contents) {
      const now = await readFile(path).catch(() => null);
      if (now === null || cidOf(now, CODEC_RAW) !== cid) return null;
    }
    return true;
  });
  expect((await readdir(join(dataDir, "blobs", "damaged"))).length).toBeGreaterThanOrEqual(contents.length);
}

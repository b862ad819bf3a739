import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { OrganisationId } from "@anamnesis/core/ids";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../database/migrate.ts";
import { openPglite } from "../database/pgliteDatabase.ts";
import { closeTestDatabases } from "../indexer/testing/testDatabase.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { configOf, contentsOf, nodeFolder } from "../testing/nodeFolder.ts";
import { written } from "../testing/sealedRecords.ts";
import { type BackupKey, encryptStream } from "./ageFile.ts";
import { backUp, type BackupReport } from "./backUp.ts";
import { END_ENTRY, formatEnd, formatHead, HEAD_ENTRY } from "./backupForm.ts";
import { EntriesDigest } from "./digestEntries.ts";
import { readBackup } from "./readBackup.ts";
import { restore } from "./restore.ts";
import { type TarEntry, writeTar } from "./tar.ts";

/** More than one piece of rows. */
const CONSENTS = 600;
const nodeAt = (dataDir: string) => ({ config: configOf(dataDir), environment: {} });
const LOCK = { passphrase: "of the backup", workFactor: 2 };

let folder: string;
let source: string;
let organisation: OrganisationId;
let report: BackupReport;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "backup-"));
  const world = await CustodyWorld.start("north");
  const first = await written(world, world.node);
  await written(world, world.node, { previous: first.label });
  await world.node.db.query(
    `insert into ledger_consents (consent, status, block, time)
     select '0x' || i, 'registered', 9007199254740991 - i, i from generate_series(1, $1::int) i`,
    [CONSENTS],
  );
  const large = new Uint8Array(5_000_000).fill(7);
  await world.blobs.put(cidOf(large, CODEC_RAW), large);
  source = at("source");
  organisation = await nodeFolder(source, world.node, world, 5);
  report = await backUp({ ...nodeAt(source), out: at("backup.age"), lock: LOCK });
}, 120_000);
afterAll(async () => {
  await closeTestDatabases();
  await rm(folder, { recursive: true, force: true });
});

const restoreTo = (
  name: string,
  changes: Partial<Parameters<typeof restore>[0]> = {},
): ReturnType<typeof restore> =>
  restore({ ...nodeAt(at(name)), from: at("backup.age"), key: LOCK, ...changes });

/** Blobs in a backup that is read to its end. */
async function blobsIn(path: string, key: BackupKey = LOCK): Promise<number> {
  let count = 0;
  for await (const { name, body } of (await readBackup(path, key)).entries) {
    for await (const _piece of body);
    if (name.startsWith("blobs/")) count++;
  }
  return count;
}

async function* pieces<T>(...all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

async function bytesOf(all: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const found: Uint8Array[] = [];
  for await (const piece of all) found.push(piece);
  return Buffer.concat(found);
}

/** Nothing of a restore that failed is left. */
async function leavesNothing(name: string): Promise<void> {
  expect((await readdir(folder)).filter((entry) => entry.startsWith(name))).toEqual([]);
}

describe("a backup", () => {
  it("gives back every row, blob, key file and receipt", async () => {
    expect(report).toMatchObject({ organisation, damagedBlobs: [] });
    expect(report.bytes).toBe((await stat(at("backup.age"))).size);
    expect((await stat(at("backup.age"))).mode & 0o777).toBe(0o600);
    await mkdir(at("target"));
    // What a restore left that was killed is in nobody's way.
    await mkdir(join(at("target.restoring"), "database"), { recursive: true });
    await writeFile(join(at("target.restoring"), "keystore.age"), "half");
    const restored = await restoreTo("target");
    expect(restored).toMatchObject({ organisation, receipts: 5, blobs: report.blobs });
    for (const name of (await readdir(source)).filter((file) =>
      /^(share|keystore|receipts\.log$)/.test(file),
    )) {
      expect([name, await readFile(join(at("target"), name))]).toEqual([
        name,
        await readFile(join(source, name)),
      ]);
      expect((await stat(join(at("target"), name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(at("target"))).mode & 0o777).toBe(0o700);
    expect((await readdir(folder)).filter((name) => name.startsWith("target"))).toEqual(["target"]);
    const [before, after] = [
      await openPglite(join(source, "database")),
      await openPglite(join(at("target"), "database")),
    ];
    try {
      const rows = await contentsOf(before);
      expect(await contentsOf(after)).toEqual(rows);
      expect(rows["ledger_consents"]).toHaveLength(CONSENTS);
      expect(rows["records"]).toHaveLength(2);
      // A new row gets a number that none of the restored ones has.
      const [row] = await after.query<{ id: number }>(
        "insert into outbox (priority, dedupe, type, signed) values (1, 'new', 'AnchorBatch', '') returning id",
      );
      expect(row?.id).toBeGreaterThan(rows["outbox"]?.length ?? 0);
      expect(await migrate(after)).toBeGreaterThan(0);
    } finally {
      await before.close();
      await after.close();
    }
    const blobs = await FilesystemBlobStore.open(join(at("target"), "blobs"));
    let count = 0;
    for await (const cid of blobs.list()) {
      expect(await blobs.get(cid)).not.toBeNull();
      count++;
    }
    expect(count).toBe(report.blobs);
  }, 60_000);

  it("is ciphertext that a wrong passphrase does not open", async () => {
    const bytes = await readFile(at("backup.age"), "latin1");
    expect(bytes).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    for (const clear of ["backup.json", "keystore", organisation, "ledger_consents"])
      expect(bytes).not.toContain(clear);
    expect(await codeOf(restoreTo("wrong", { key: { passphrase: "another" } }))).toBe("bad-passphrase");
    await leavesNothing("wrong");
  });

  it("for a recipient opens with its identity alone", async () => {
    const [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
    const out = at("recipient.age");
    const lock = { recipient: await identityToRecipient(identity) };
    await backUp({ ...nodeAt(source), out, lock });
    expect(await codeOf(restoreTo("other", { from: out, key: { identity: other } }))).toBe("bad-identity");
    expect(await codeOf(restoreTo("other", { from: out, key: { identity: "no identity" } }))).toBe(
      "bad-identity",
    );
    await leavesNothing("other");
    expect(await blobsIn(out, { identity })).toBe(report.blobs);
    const bad = backUp({ ...nodeAt(source), out: at("bad.age"), lock: { recipient: "age1nobody" } });
    expect(await codeOf(bad)).toBe("bad-recipient");
    await leavesNothing("bad.age");
  }, 60_000);

  it("that was torn or altered anywhere restores nothing", async () => {
    const whole = await readFile(at("backup.age"));
    const altered = at("altered.age");
    const codeAt = async (bytes: Uint8Array): Promise<string> => {
      await writeFile(altered, bytes);
      return codeOf(blobsIn(altered));
    };
    for (let i = 0; i < 8; i++) {
      const place = Math.floor(((i + 0.5) * whole.length) / 8);
      const bytes = Uint8Array.from(whole);
      bytes[place] = (bytes[place] as number) ^ 1;
      expect([place, await codeAt(bytes)]).toEqual([place, "backup-damaged"]);
    }
    for (const length of [0, 100, 65_536, Math.floor(whole.length / 2), whole.length - 1]) {
      expect([length, await codeAt(whole.subarray(0, length))]).toEqual([length, "backup-damaged"]);
    }
    expect(await codeAt(Buffer.concat([whole, new Uint8Array(70_000)]))).toBe("backup-damaged");
    await writeFile(altered, whole.subarray(0, -1));
    expect(await codeOf(restoreTo("half", { from: altered }))).toBe("backup-damaged");
    await leavesNothing("half");
  }, 60_000);

  it("whose entries do not fit its last one is refused, though the file is whole", async () => {
    const head = formatHead({ organisation, schema: 1, time: 1 });
    const entry = (name: string, bytes: Uint8Array): TarEntry => ({
      name,
      size: bytes.length,
      body: pieces(bytes),
    });
    const write = async (...entries: readonly TarEntry[]): Promise<string> => {
      const path = at("made.age");
      const file = await encryptStream(writeTar(pieces(...entries)), LOCK);
      await writeFile(path, await bytesOf(file));
      return codeOf(blobsIn(path));
    };
    const first = (): TarEntry => entry(HEAD_ENTRY, head);
    const end = (entries: number, digest: string): TarEntry =>
      entry(END_ENTRY, formatEnd({ entries, digest }));
    const digest = new EntriesDigest();
    for await (const _piece of digest.pass(first()).body);
    const right = digest.result();
    expect(await write(first(), end(1, right.digest))).toBe("no error");
    expect(await write(first())).toBe("backup-damaged");
    expect(await write(first(), end(2, right.digest))).toBe("backup-damaged");
    expect(await write(first(), end(1, `0x${"00".repeat(32)}`))).toBe("backup-damaged");
    expect(await write(first(), end(1, right.digest), entry("more", head))).toBe("backup-damaged");
    expect(await write(end(0, right.digest))).toBe("backup-damaged");
    const newer = new TextEncoder().encode('{"format":"anamnesis-backup/7"}');
    expect(await write(entry(HEAD_ENTRY, newer))).toBe("backup-newer");
  });

  it("is written of a stopped node alone, over no other file, and appears whole or not at all", async () => {
    const running = await openPglite(join(source, "database"));
    const again = (out: string): Promise<unknown> => backUp({ ...nodeAt(source), out, lock: LOCK });
    expect(await codeOf(again(at("running.age")))).toBe("data-dir-locked");
    await running.close();
    expect(await codeOf(again(at("backup.age")))).toBe("file-exists");
    expect(await codeOf(again(join(at("no-folder"), "x.age")))).toBe("storage-failed");
    const nowhere = backUp({ ...nodeAt(at("nowhere")), out: at("nowhere.age"), lock: LOCK });
    expect(await codeOf(nowhere)).toBe("keystore-missing");
    await leavesNothing("nowhere");
    await leavesNothing("running.age");
  }, 60_000);

  it("leaves out a blob that does not hash to its name, and says so", async () => {
    const folderOfBlobs = join(source, "blobs", "blobs");
    const [shard] = await readdir(folderOfBlobs);
    const [cid] = await readdir(join(folderOfBlobs, shard ?? ""));
    const path = join(folderOfBlobs, shard ?? "", cid ?? "");
    const bytes = await readFile(path);
    await writeFile(path, Buffer.from([...bytes.subarray(0, -1), (bytes.at(-1) ?? 0) ^ 1]));
    const out = at("damaged.age");
    const damaged = await backUp({ ...nodeAt(source), out, lock: LOCK });
    await writeFile(path, bytes);
    expect(damaged).toMatchObject({ damagedBlobs: [cid], blobs: report.blobs - 1 });
    expect(await blobsIn(out)).toBe(report.blobs - 1);
  }, 60_000);

  it("is not restored over anything", async () => {
    await mkdir(at("full"));
    await writeFile(join(at("full"), "receipts.log"), "newer");
    expect(await codeOf(restoreTo("full"))).toBe("restore-target");
    expect(await readdir(at("full"))).toEqual(["receipts.log"]);
    expect(await codeOf(restoreTo("absent", { from: at("absent.age") }))).toBe("missing-file");
    await leavesNothing("absent");
  });
});

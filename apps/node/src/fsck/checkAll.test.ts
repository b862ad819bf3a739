import type { Cid } from "@anamnesis/core/ids";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anchorLogHead } from "../anchor/anchorLogHead.ts";
import { revoke } from "../custody/revoke.ts";
import type { Database, Queryable } from "@anamnesis/core/ports/database";
import { keepKeyCard } from "../directory/keyCards.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { createSqlLedgerCopy } from "../indexer/sqlLedgerCopy.ts";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { blobHandler, TestNetwork } from "../indexer/testing/testNetwork.ts";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { type Sealed, written } from "../testing/sealedRecords.ts";
import { checkAll } from "./checkAll.ts";
import type { Finding, FindingCode } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";
import { mendFindings } from "./mendFindings.ts";
import { scanBlobs } from "./scanBlobs.ts";

let world: CustodyWorld;
let node: TestNode;
let record: Sealed;
/** Asked to be erased, not on the ledger. */
let erased: Sealed;
let sound: Omit<FsckContext, "scanned">;
/** What the other members keep. */
const elsewhere = new MemoryBlobStore();

beforeAll(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  record = await written(world, node);
  const second = await written(world, node, { previous: record.label });
  erased = await written(world, node, { previous: second.label });
  await keepKeyCard(node.db, node.keys.card);
  const doctor = await world.actor("doctor", "practitioner", "north");
  await keepKeyCard(node.db, doctor.card);
  const { id, revocation } = await world.consent(doctor);
  await revoke(node, revocation);
  await takeErasure(node, await signErasure(node, erased.record));
  await node.receipts.append({ commitment: bytesOf("c"), sealed: bytesOf("s"), tag: bytesOf("t") });
  await anchorLogHead(node);
  while ((await sendOutbox(node)).taken > 0);
  await world.follow();
  expect(await node.copy.consent(id)).toMatchObject({ status: "revoked" });
  const truth = await openTestDatabase();
  const truthCopy = createSqlLedgerCopy(truth);
  await followLedger({ ...node, db: truth }, truthCopy);
  const { organisation, db, blobs, receipts, ledger } = node;
  const parts = { organisation, identity: ledger.identity, db, blobs, receipts, ledger };
  sound = { ...parts, share: world.shareOf(0), truth, truthCopy };
  for await (const cid of blobs.list()) await elsewhere.put(cid, (await blobs.get(cid)) as Uint8Array);
}, 120_000);
afterAll(closeTestDatabases);

class Undone extends Error {}

/** What `look` sees after `statements`, which are then taken back. */
async function after<T>(statements: readonly string[], look: (db: Database) => Promise<T>): Promise<T> {
  let seen: { readonly value: T } | null = null;
  const work = async (tx: Queryable): Promise<void> => {
    for (const statement of statements) await tx.query(statement);
    // Inside, one transaction is all there is.
    const inside: Database = {
      query: (sql, values) => tx.query(sql, values),
      transaction: (inner) => inner(tx),
      close: async () => undefined,
    };
    seen = { value: await look(inside) };
    throw new Undone();
  };
  await expect(node.db.transaction(work)).rejects.toBeInstanceOf(Undone);
  return (seen as unknown as { readonly value: T }).value;
}

async function check(db: Database, changes: Partial<FsckContext> = {}): Promise<readonly Finding[]> {
  const scanned = await scanBlobs(changes.blobs ?? sound.blobs);
  return checkAll({ ...sound, scanned, db, ...changes });
}

const codesOf = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ code }) => code)),
];

const FLIP = (column: string): string =>
  `${column} = set_byte(${column}, length(${column}) - 1, get_byte(${column}, length(${column}) - 1) # 1)`;
const OTHER = `'0x${"12".repeat(32)}'`;

/** One row made wrong, and what is found then. */
const WRONG: readonly [change: string, ...codes: FindingCode[]][] = [
  ["update checkpoints set text = replace(text, '1', '2')", "checkpoint-invalid"],
  ["update checkpoints set size = 7", "log-rolled-back", "checkpoint-invalid"],
  [`update sticky_revocations set ${FLIP("revocation")}`, "revocation-invalid"],
  [`update sticky_revocations set consent = ${OTHER}`, "revocation-invalid"],
  [`update sticky_erasures set ${FLIP("request")}`, "erasure-invalid"],
  [`update sticky_erasures set record = ${OTHER}`, "erasure-invalid"],
  [
    "insert into erasure_receipts select position, 'x' from records where record in (select record from sticky_erasures)",
    "erased-here",
  ],
  ["update ledger_consents set time = time + 1", "ledger-copy-differs"],
  ["delete from ledger_members where name = 'west'", "ledger-copy-differs"],
  [`insert into ledger_consents values (${OTHER}, 'registered', 1, 1)`, "ledger-copy-differs"],
  [`update ledger_blocks set hash = ${OTHER}`, "ledger-reorganised"],
  [
    `update outbox set signed = overlay(signed placing '\\x${"12".repeat(32)}' from position('\\x5820' in signed) + 2)
     where type = 'RevokeConsent'`,
    "outbox-not-on-ledger",
  ],
  ["update outbox set state = 'refused', refusal = 'sequence-taken' where id = 1", "outbox-refused"],
  ["update outbox set signed = 'x' where id = 1", "outbox-row"],
  ["update leaves set leaf_index = leaf_index + 1 where sequence = 1", "record-leaf"],
  [`update leaves set label = ${OTHER} where sequence = 1`, "leaves-differ", "record-leaf"],
  ["delete from leaves where sequence = 2", "leaves-differ", "record-leaf"],
  ["update ledger_batches set manifest_held = false where sequence = 1", "manifest-waiting"],
  ["update ledger_batches set manifest_invalid = true, manifest_held = false", "manifest-invalid"],
  [`update batches set root = ${OTHER} where sequence = 1`, "batch-differs"],
  ["update batches set sequence = 9 where sequence = 1", "batch-lost"],
  [`update records set ${FLIP("header")} where position = 1`, "record-proof"],
  ["update records set header = '\\x00' where position = 1", "record-row"],
  [`update records set label = ${OTHER} where position = 1`, "record-row", "record-leaf"],
  ["update records set session = content where position = 1", "record-content", "orphan"],
  ["delete from permits", "record-permit"],
  ["delete from cards", "record-permit"],
  ["delete from replication_queue", "replica-missing"],
  [`update cards set ${FLIP("bytes")}`, "card-invalid"],
  [`update permits set ${FLIP("bytes")}`, "permit-invalid"],
  [`insert into grants values (${OTHER}, 'k', '\\x01', 1)`, "grant-invalid"],
  [
    `update key_cards set digest = ${OTHER} where digest = (select min(digest) from key_cards)`,
    "key-card-invalid",
  ],
  [`update committee_certificates set ${FLIP("bytes")}`, "certificate-invalid"],
];

describe("the checks", () => {
  it("find nothing in a sound node", async () => {
    expect(await check(node.db)).toEqual([]);
    const counts = await node.db.query<{ tables: number }>(
      `select (select count(*) from records)::int + (select count(*) from checkpoints)::int
         + (select count(*) from sticky_revocations)::int + (select count(*) from leaves)::int as tables`,
    );
    expect(counts).toEqual([{ tables: 8 }]);
  });

  it.each(WRONG)("find: %s", async (change, ...codes) => {
    const findings = await after([change], (db) => check(db));
    expect(new Set(codesOf(findings))).toEqual(new Set(codes));
  });

  it("find records of this organisation that an older database lacks", async () => {
    const older = [
      "delete from replication_queue where position = 2",
      "delete from records where position = 2",
      "delete from batches where sequence = 2",
    ];
    const findings = await after(older, (db) => check(db));
    expect(codesOf(findings)).toEqual(["own-records-missing", "orphan"]);
    expect(findings[0]).toMatchObject({ where: "batch 2: 1 records", severity: "error", mend: null });
  });

  it("find a log that is missing a signed head, and a share that is missing or another's", async () => {
    const rolledBack = await check(node.db, { receipts: new MemoryReceiptLog() });
    expect(codesOf(rolledBack)).toEqual(["log-rolled-back"]);
    const none = { ...world.shareOf(0), held: () => null };
    expect(codesOf(await check(node.db, { share: none }))).toEqual(["share-missing"]);
    expect(codesOf(await check(node.db, { share: world.shareOf(1) }))).toEqual(["share-corrupt"]);
    expect(await check(node.db, { share: null, receipts: null })).toEqual([]);
  });
});

describe("mending", () => {
  const everyBlob = async (): Promise<readonly Cid[]> => {
    const cids: Cid[] = [];
    for await (const cid of elsewhere.list()) cids.push(cid);
    return cids;
  };
  const context = (db: Database, blobs: MemoryBlobStore, network: TestNetwork) => ({
    ...node,
    ...sound,
    db,
    blobs,
    fetch: network.fetch,
    dataDir: "unused",
  });

  it("gets every damaged and every missing blob from the other members, and keeps the damaged bytes", async () => {
    const network = new TestNetwork();
    network.hosts.set("south.test", blobHandler(elsewhere));
    for (const trouble of ["missing", "damaged"] as const) {
      const blobs = new MemoryBlobStore();
      if (trouble === "damaged") {
        for (const cid of await everyBlob()) {
          await blobs.put(cid, (await elsewhere.get(cid)) as Uint8Array);
          blobs.damage(cid, 3);
        }
      }
      const found = await check(node.db, { blobs });
      expect(codesOf(found)).toEqual([`blob-${trouble}`]);
      const scanned = await scanBlobs(blobs);
      await mendFindings({ ...context(node.db, blobs, network), keys: null, scanned }, found);
      expect(codesOf(await check(node.db, { blobs }))).toEqual([`blob-${trouble}`]);
      await mendFindings({ ...context(node.db, blobs, network), scanned }, found);
      expect(await check(node.db, { blobs })).toEqual([]);
      // Session, wrap and content of the record that is being erased are nobody's loss.
      const kept = trouble === "damaged" ? (await everyBlob()).length - 3 : 0;
      expect(blobs.aside).toHaveLength(kept);
    }
  });

  it("cuts orphans, and nothing else", async () => {
    const blobs = new MemoryBlobStore();
    for (const cid of await everyBlob()) await blobs.put(cid, (await elsewhere.get(cid)) as Uint8Array);
    const orphan = cidOf(bytesOf("orphan"), CODEC_RAW);
    await blobs.put(orphan, bytesOf("orphan"));
    const found = await check(node.db, { blobs });
    expect(found.map(({ code, severity, where }) => [code, severity, where])).toEqual([
      ["orphan", "note", `blob ${orphan}`],
    ]);
    const scanned = await scanBlobs(blobs);
    await mendFindings({ ...context(node.db, blobs, new TestNetwork()), scanned }, found);
    expect(await blobs.size(orphan)).toBeNull();
    expect(await check(node.db, { blobs })).toEqual([]);
  });

  it("drops a wrong copy of the ledger, which the indexer then reads anew; sends again; queues again", async () => {
    const changes = [
      "update ledger_consents set time = time + 1",
      "delete from leaves where sequence = 1",
      "delete from replication_queue where position = 1",
      `update outbox set signed = overlay(signed placing '\\x${"12".repeat(32)}' from position('\\x5820' in signed) + 2)
       where type = 'RevokeConsent'`,
    ];
    const seen = await after(changes, async (db) => {
      const found = await check(db);
      const scanned = await scanBlobs(sound.blobs);
      await mendFindings({ ...context(db, world.blobs, new TestNetwork()), scanned }, found);
      const left = await check(db);
      const copied = await rowsOf(db, "ledger_consents", "consent");
      const states = await rowsOf(db, "outbox", "id");
      const queue = await rowsOf(db, "replication_queue", "position");
      const sticky = await rowsOf(db, "sticky_revocations", "consent");
      await followLedger({ ...node, db }, createSqlLedgerCopy(db));
      return {
        left,
        copied,
        states,
        queue,
        sticky,
        again: await rowsOf(db, "ledger_consents", "consent, status"),
      };
    });
    expect(seen.left).toEqual([]);
    expect(seen.copied).toEqual([]);
    expect(seen.states.every((row) => (row as { state: string }).state === "pending")).toBe(true);
    expect(seen.queue).toHaveLength(3);
    expect(seen.sticky).toHaveLength(1);
    expect(seen.again).toEqual(await rowsOf(node.db, "ledger_consents", "consent, status"));
  });
});

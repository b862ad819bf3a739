import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { ActorId, CommitteeKeyId, ConsentId, Digest } from "@anamnesis/core/ids";
import type { SignedIntent } from "@anamnesis/core/ledger/intents";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Database } from "@anamnesis/core/ports/database";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { followLedger } from "./followLedger.ts";
import { createSqlLedgerCopy } from "./sqlLedgerCopy.ts";
import { batchIntent, consentOf, enqueue, outboxOf, startLedger } from "./testing/ledgerFixture.ts";
import { closeTestDatabases, releaseTestDatabases } from "./testing/testDatabase.ts";
import { bytesOf, dyingDatabase, genesisMember, rowsOf, TestClock, testNode } from "./testing/testNode.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const TABLES: readonly [string, string][] = [
  ["ledger_members", "organisation"],
  ["ledger_endpoints", "organisation, version"],
  ["ledger_actors", "actor, version"],
  ["ledger_committees", "committee"],
  ["ledger_consents", "consent, status"],
  ["ledger_batches", "organisation, sequence"],
  ["ledger_log_heads", "organisation, size"],
];
async function wholeCopy(db: Database): Promise<unknown> {
  const tables: Record<string, unknown> = {};
  for (const [table, order] of TABLES) tables[table] = await rowsOf(db, table, order);
  return tables;
}

function ledgerAt(clock: TestClock): MemoryLedger {
  return new MemoryLedger({ clock, genesis: [genesisMember("north"), genesisMember("south")] });
}

describe("followLedger", () => {
  it("copies every kind of event and names the head that the engine confirmed", async () => {
    const clock = new TestClock();
    const ledger = ledgerAt(clock);
    const node = await testNode(ledger, "north", { clock });
    const consent = consentOf(ledger, "a");
    const { organisation } = node;
    const keyCard = toHex<Digest>(bytesOf("card"));
    const port = ledger.connect();
    const actor = toHex<ActorId>(bytesOf("actor"));
    const set = (version: number, active: boolean): SignedIntent =>
      node.signed({
        type: "SetActor",
        organisation,
        actor,
        role: "practitioner",
        signer: node.keys.address,
        keyCard,
        active,
        version,
      });
    await port.submit([
      consent.register,
      node.signed({ type: "SetEndpoint", organisation, endpoint: "http://new.test", version: 1 }),
      set(1, true),
      batchIntent(node, 1),
      node.signed({
        type: "AnchorLogHead",
        organisation,
        size: 3,
        root: toHex(bytesOf("r3")),
        checkpoint: keyCard,
      }),
      node.signed({
        type: "AnchorLogHead",
        organisation,
        size: 9,
        root: toHex(bytesOf("r9")),
        checkpoint: keyCard,
      }),
    ]);
    await port.submit([consent.revoke, set(2, false)]);
    const south = await testNode(ledger, "south", { clock, db: node.db });
    const members = [organisation, south.organisation];
    const adopt = {
      type: "AdoptCommittee",
      committee: toHex<CommitteeKeyId>(bytesOf("committee")),
      certificate: keyCard,
      threshold: 2,
      shareEpoch: 0,
      members,
    } as const;
    const signatures = [node, south].flatMap((member) => member.signed(adopt).signatures);
    await port.submit([{ intent: adopt, signatures }]);

    expect(node.copy.head()).toBeNull();
    expect(await followLedger(node, node.copy)).toEqual({ caughtUp: true, events: 15, reorganisations: 0 });
    const head = await port.head();
    expect(node.copy.head()).toEqual(head);
    clock.time += 60;
    expect(await followLedger(node, node.copy)).toEqual({ caughtUp: true, events: 0, reorganisations: 0 });
    expect(node.copy.head()).toEqual({ ...head, confirmedAt: clock.now() });

    expect(await node.copy.member(organisation)).toEqual({
      organisation,
      kind: "hospital",
      name: "north",
      signer: node.keys.address,
      keyCard: node.keys.cardDigest,
      status: "active",
      earlierKeys: [],
      custodian: true,
      endpoint: "http://new.test",
    });
    expect((await node.copy.members()).length).toBe(2);
    expect(await node.copy.actor(actor)).toMatchObject({ version: 2, active: false, role: "practitioner" });
    expect(await node.copy.actors()).toHaveLength(1);
    expect(await node.copy.consent(consent.id)).toEqual({ status: "revoked", since: head.time });
    expect(await node.copy.consent(toHex<ConsentId>(bytesOf("other")))).toEqual({
      status: "none",
      since: null,
    });
    expect(await node.copy.committee()).toEqual({
      committee: adopt.committee,
      certificate: keyCard,
      threshold: 2,
      shareEpoch: 0,
      members,
    });
    expect(await node.copy.batch(organisation, 1)).toMatchObject({ count: 1, sequence: 1 });
    expect(await node.copy.logHead(organisation)).toEqual({ size: 9, root: toHex(bytesOf("r9")) });
    expect(await node.copy.logHead(organisation, 8)).toEqual({ size: 3, root: toHex(bytesOf("r3")) });
  });

  it("takes the newest common block after a reorganisation and sends again what was lost", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const [a, b] = [consentOf(ledger, "a"), consentOf(ledger, "b")];
    for (const signed of [a.register, b.register, a.revoke]) {
      await enqueue(node, signed);
      await sendOutbox(node);
      await followLedger(node, node.copy);
    }
    expect((await node.copy.consent(a.id)).status).toBe("revoked");
    ledger.reorganise(2);
    expect(await followLedger(node, node.copy)).toMatchObject({ caughtUp: true, reorganisations: 1 });
    expect((await node.copy.consent(a.id)).status).toBe("registered");
    expect((await node.copy.consent(b.id)).status).toBe("none");
    expect((await outboxOf(node.db)).map((row) => row["state"])).toEqual(["done", "pending", "pending"]);
    expect(await sendOutbox(node)).toEqual({ taken: 2, done: 2, refused: 0 });
    await followLedger(node, node.copy);
    expect((await node.copy.consent(a.id)).status).toBe("revoked");
    expect((await node.copy.consent(b.id)).status).toBe("registered");
    const fresh = await testNode(ledger, "north");
    await followLedger(fresh, fresh.copy);
    expect(await wholeCopy(node.db)).toEqual(await wholeCopy(fresh.db));
  });

  it("has no head from the moment a reorganisation is seen until it has caught up", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    await ledger.connect().submit([consent.register]);
    await followLedger(node, node.copy);
    ledger.reorganise(1);
    const dying: LedgerPort = {
      ...node.ledger,
      blockAt: async () => {
        throw new AnamnesisError({ code: "ledger-unavailable", rule: "Gone.", fix: "Wait." });
      },
    };
    const pass = followLedger({ ...node, ledger: dying }, node.copy);
    await expect(pass).rejects.toSatisfy((error) => hasCode(error, "ledger-unavailable"));
    expect(node.copy.head()).toBeNull();
    await followLedger(node, node.copy);
    expect(node.copy.head()).not.toBeNull();
  });

  it("rebuilds from the beginning when it knows no block of the chain", async () => {
    const clock = new TestClock();
    const node = await testNode(ledgerAt(clock), "north", { clock });
    const first = consentOf(new MemoryLedger({ clock, genesis: [] }), "a");
    await enqueue(node, first.register);
    await sendOutbox(node);
    await followLedger(node, node.copy);
    clock.time += 1;
    const other = ledgerAt(clock);
    const moved = { ...node, ledger: other.connect() };
    expect(await followLedger(moved, node.copy)).toMatchObject({ caughtUp: true, reorganisations: 1 });
    expect((await node.copy.consent(first.id)).status).toBe("none");
    expect(await node.copy.members()).toHaveLength(2);
    expect(await sendOutbox(moved)).toMatchObject({ done: 1 });
    await followLedger(moved, node.copy);
    expect((await node.copy.consent(first.id)).status).toBe("registered");
  });

  it("finds what was sent into a block that vanished before it was ever read", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    await enqueue(node, consentOf(ledger, "a").register, batchIntent(node, 1));
    expect(await sendOutbox(node)).toMatchObject({ done: 2 });
    ledger.reorganise(1);
    expect(await followLedger(node, node.copy)).toMatchObject({ reorganisations: 0 });
    expect((await outboxOf(node.db)).map((row) => row["state"])).toEqual(["pending", "pending"]);
    expect(await sendOutbox(node)).toMatchObject({ done: 2 });
    await followLedger(node, node.copy);
    expect((await outboxOf(node.db)).map((row) => row["state"])).toEqual(["done", "done"]);
    expect(await node.copy.batch(node.organisation, 1)).not.toBeNull();
  });

  it("sends again what another node had sent, when the block of that vanishes", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    const consent = consentOf(ledger, "a");
    await followLedger(node, node.copy);
    await ledger.connect().submit([consent.register]);
    await enqueue(node, consent.register);
    expect(await sendOutbox(node)).toMatchObject({ done: 1 });
    await followLedger(node, node.copy);
    ledger.reorganise(1);
    await followLedger(node, node.copy);
    expect(await sendOutbox(node)).toMatchObject({ taken: 1, done: 1 });
    await followLedger(node, node.copy);
    expect((await node.copy.consent(consent.id)).status).toBe("registered");
  });

  it("gives the same copy when the process ends before any one of its statements", async () => {
    const ledger = startLedger();
    const [a, b] = [consentOf(ledger, "a"), consentOf(ledger, "b")];
    const reference = await testNode(ledger, "north");
    const node = await testNode(ledger, "north");
    await ledger.connect().submit([a.register]);
    await followLedger(node, node.copy);
    ledger.reorganise(1);
    await ledger.connect().submit([b.register, batchIntent(node, 1)]);
    await ledger.connect().submit([b.revoke]);
    let at = 1;
    for (; at < 100; at++) {
      const { db, statements } = dyingDatabase(node.db, at);
      const copy = createSqlLedgerCopy(db);
      try {
        await followLedger({ ...node, db }, copy);
        expect(statements()).toBeLessThan(at);
        break;
      } catch (error) {
        expect(hasCode(error, "killed")).toBe(true);
        expect(copy.head()).toBeNull();
      }
    }
    expect(at).toBeGreaterThan(10);
    await followLedger(reference, reference.copy);
    expect(await wholeCopy(node.db)).toEqual(await wholeCopy(reference.db));
  });

  it("catches up over thousands of blocks and remembers the last 1,024", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    for (let i = 0; i < 7000; i++) ledger.mine();
    const pages: number[] = [];
    const counting: LedgerPort = {
      ...node.ledger,
      events: (after, maxBlocks) => {
        pages.push(maxBlocks);
        return node.ledger.events(after, maxBlocks);
      },
    };
    expect(await followLedger({ ...node, ledger: counting }, node.copy)).toMatchObject({ caughtUp: true });
    expect(pages).toEqual([5000, 5000]);
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 60; j++) ledger.mine();
      await followLedger(node, node.copy);
    }
    const known = await node.db.query<{ number: number }>("select number from ledger_blocks order by number");
    expect(known[0]?.number).toBe(8200 - 1023);
    expect(known).toHaveLength(1024);
    ledger.reorganise(700);
    expect(await followLedger(node, node.copy)).toMatchObject({ caughtUp: true, reorganisations: 1 });
  });

  it("does not confirm a head whose blocks the engine does not give yet", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    const before = node.copy.head();
    const ahead = { ...(await node.ledger.head()), number: 5, hash: toHex(bytesOf("ahead")) };
    const lagging: LedgerPort = { ...node.ledger, head: async () => ahead };
    expect(await followLedger({ ...node, ledger: lagging }, node.copy)).toMatchObject({ caughtUp: false });
    expect(node.copy.head()).toEqual(before);
  });
});

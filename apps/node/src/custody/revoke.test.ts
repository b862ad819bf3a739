import { verifyRevocationAck } from "@anamnesis/core/consent/revocation";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { consentState } from "../consents/consentState.ts";
import { registerConsent } from "../consents/registerConsent.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { outboxOf } from "../indexer/testing/ledgerFixture.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { enqueueStoredRevocations } from "../outbox/enqueueStoredRevocations.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { CustodyWorld, type TestActor } from "../testing/custodyWorld.ts";
import { revoke } from "./revoke.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner");
});

describe("a revocation", () => {
  it("is stored for ever with the first time, acknowledged under the node's key, and brought to the ledger", async () => {
    const { id, revocation } = await world.consent(doctor);
    const first = await revoke(node, revocation);
    expect(first.body).toEqual({ consent: id, custodian: node.organisation, storedAt: world.clock.now() });
    expect(verifyRevocationAck(first, node.keys.card.ed25519)).toBe(true);
    world.clock.time += 10;
    expect((await revoke(node, revocation)).body).toEqual(first.body);
    expect(await rowsOf(node.db, "sticky_revocations", "consent")).toHaveLength(1);
    expect(await outboxOf(node.db)).toMatchObject([{ dedupe: `RevokeConsent:${id}`, state: "pending" }]);
    expect(node.woken).toContain("outbox");
    await sendOutbox(node);
    await world.follow();
    expect(await node.copy.consent(id)).toMatchObject({ status: "revoked" });
    // A reorganisation takes it from the ledger, never from the custodian.
    world.ledger.reorganise(1);
    await world.follow();
    expect(await node.copy.consent(id)).toMatchObject({ status: "registered" });
    expect(await consentState(node, id, 0)).toMatchObject({ status: "revoked" });
  });

  it("that comes several times at once is stored once, with one time in every acknowledgement", async () => {
    const { revocation } = await world.consent(doctor);
    const acks = await Promise.all(
      Array.from({ length: 8 }, () => {
        world.clock.time += 1;
        return revoke(node, revocation);
      }),
    );
    expect(new Set(acks.map((ack) => ack.body.storedAt)).size).toBe(1);
    expect(await rowsOf(node.db, "sticky_revocations", "consent")).toHaveLength(1);
    expect(await outboxOf(node.db)).toHaveLength(1);
  });

  it("is brought to the ledger by itself alone: what others wait for is the indexer's", async () => {
    // Stored before their consents stood on the ledger.
    const early = [
      await world.consent(doctor, { unregistered: true }),
      await world.consent(doctor, { unregistered: true }),
    ];
    for (const { revocation } of early) await revoke(node, revocation);
    for (const { consent } of early) await world.register(consent);
    const own = await world.consent(doctor);
    await revoke(node, own.revocation);
    expect((await outboxOf(node.db)).map(({ dedupe }) => dedupe)).toEqual([`RevokeConsent:${own.id}`]);
    expect(await enqueueStoredRevocations(node)).toBe(2);
  });

  it("needs neither copy of the ledger nor share nor a consent that is known here", async () => {
    const { id, consent, revocation } = await world.consent(doctor, { unregistered: true });
    node.copy.forgetHead();
    await revoke({ ...node, share: { ...node.share, held: () => null } }, revocation);
    expect(await outboxOf(node.db)).toEqual([]);
    expect(await consentState(node, id, 30)).toMatchObject({ status: "revoked", since: null });
    // The registration overtakes it on the ledger: then it goes there too.
    await world.register(consent);
    expect(await enqueueStoredRevocations(node)).toBe(1);
    await sendOutbox(node);
    await world.follow();
    expect(await node.copy.consent(id)).toMatchObject({ status: "revoked" });
  });

  it("is refused from anyone but the consent's revoker", async () => {
    const { revocation } = await world.consent(doctor);
    const other = await world.consent(doctor);
    const byAnother = { ...revocation, signature: sign(bytesOf("x"), world.segment.owner.secret) };
    const ofAnother = { ...revocation, signature: other.revocation.signature };
    const forAnother = { ...revocation, revoker: other.revocation.revoker };
    for (const value of [
      byAnother,
      ofAnother,
      forAnother,
      { ...revocation, signature: new Uint8Array(65) },
    ]) {
      expect(await codeOf(revoke(node, value))).toBe("bad-revocation");
    }
    expect(await rowsOf(node.db, "sticky_revocations", "consent")).toEqual([]);
  });
});

describe("a registration", () => {
  it("goes to the ledger once, by its revoker's signature alone", async () => {
    const { id, consent } = await world.consent(doctor, { unregistered: true });
    const value = world.registration(consent);
    await registerConsent(node, value);
    await registerConsent(node, value);
    expect(await outboxOf(node.db)).toHaveLength(1);
    expect(await consentState(node, id, 0)).toEqual({ consent: id, status: "none", since: null });
    await sendOutbox(node);
    await world.follow();
    expect(await consentState(node, id, 30)).toEqual({
      consent: id,
      status: "registered",
      since: world.clock.now(),
    });
    const other = world.registration((await world.consent(doctor, { unregistered: true })).consent);
    for (const bad of [
      { ...value, signature: other.signature },
      { ...value, revoker: other.revoker },
      { ...value, commitment: other.commitment },
      { ...value, signature: new Uint8Array(65) },
    ]) {
      expect(await codeOf(registerConsent(node, bad))).toBe("bad-intent");
    }
    expect(await outboxOf(node.db)).toHaveLength(1);
  });

  it("is waited for, for as long as was asked and at most 30 s", async () => {
    const { id, consent } = await world.consent(doctor, { unregistered: true });
    const begin = world.clock.time;
    const waiting = (seconds: number, until: number) =>
      consentState(
        {
          ...node,
          timers: {
            now: () => world.clock.time * 1000,
            sleep: async () => {
              world.clock.time += 1;
              if (world.clock.time === until) await world.register(consent);
            },
          },
        },
        id,
        seconds,
      );
    expect(await waiting(3, -1)).toMatchObject({ status: "none" });
    expect(world.clock.time - begin).toBe(3);
    expect(node.woken).toContain("indexer");
    for (const seconds of [-5, 0]) {
      expect(await waiting(seconds, -1)).toMatchObject({ status: "none" });
    }
    expect(world.clock.time - begin).toBe(3);
    expect(await waiting(Infinity, -1)).toMatchObject({ status: "none" });
    expect(world.clock.time - begin).toBe(33);
    expect(await waiting(20, begin + 35)).toMatchObject({ status: "registered" });
    expect(world.clock.time - begin).toBe(35);
  });
});

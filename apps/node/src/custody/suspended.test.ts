import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest } from "@anamnesis/core/ids";
import type { ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { ReleaseRequestBody, RequestedRecord } from "@anamnesis/core/release/releaseRequest";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isKnownKey } from "../directory/isKnownKey.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, genesisMember, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { signsFor } from "../records/signsFor.ts";
import { health } from "../routes/health.ts";
import { actorOf, CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { keyRotation, membersDecide } from "../testing/membersDecide.ts";
import { itemOf, seal, batchOf, anchor, written } from "../testing/sealedRecords.ts";
import { anchorLogHead } from "../anchor/anchorLogHead.ts";
import { putRecords } from "../records/putRecords.ts";
import { release } from "./release.ts";

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;
let item: RequestedRecord;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner");
  item = await itemOf(node, await written(world, node), world.segment);
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const about = (type: "suspend" | "reinstate" | "remove", name: string): ProposalAction => ({
  type,
  organisation: genesisMember(name).organisation,
});

async function decided(action: ProposalAction, ...by: readonly [string, ...string[]]): Promise<void> {
  await membersDecide(world.ledger, action, ...by);
  await world.follow();
}

/** What the newest receipt of this custodian says became of the record, which is what the requester was given. */
async function outcome(
  parts: Partial<ReleaseRequestBody>,
  signer: Uint8Array,
  record = item,
): Promise<string | undefined> {
  const request = await world.request({ records: [record], ...parts }, signer);
  const answer = await opened(await release(node, world.services(), request));
  const said = (await world.receipts(node)).at(-1)?.records[0]?.outcome;
  expect(said === "released").toBe(answer.body.shares[0] !== null);
  return said;
}

const byDoctor = async (record = item): Promise<string | undefined> => {
  const { consent } = await world.consent(doctor);
  return outcome({ requester: doctor.requester, consent }, doctor.secret, record);
};

describe("a suspended member", () => {
  it("has its people refused by custodians until it is reinstated; its patients keep their records", async () => {
    const { consent } = await world.consent(doctor);
    const ask = (): Promise<string | undefined> =>
      outcome({ requester: doctor.requester, consent }, doctor.secret);
    expect(await ask()).toBe("released");
    await decided(about("suspend", "south"), "north", "west");
    expect(await ask()).toBe("member-suspended");
    expect(await outcome({}, world.segment.owner.secret)).toBe("released");
    await decided(about("reinstate", "south"), "north", "west");
    expect(await ask()).toBe("released");
    await decided(about("remove", "south"), "north", "west");
    expect(await ask()).toBe("member-suspended");
  });

  it("is refused from the suspension's block on, and not when that block is gone", async () => {
    const before = await world.ledger.connect().head();
    await decided(about("suspend", "south"), "north", "west");
    expect(await byDoctor()).toBe("member-suspended");
    const { number } = await world.ledger.connect().head();
    world.ledger.reorganise(number - before.number);
    expect(await followLedger(node, node.copy)).toMatchObject({ reorganisations: 1 });
    expect((await node.copy.member(doctor.requester.organisation))?.status).toBe("active");
    expect(await byDoctor()).toBe("released");
    await decided(about("suspend", "south"), "north", "west");
    expect(await byDoctor()).toBe("member-suspended");
  });

  it("passes nothing on: what its people signed for others opens nothing", async () => {
    const specialist = await world.actor("specialist", "practitioner", "west");
    const parent = await world.consent(specialist, { actions: ["read", "reshare"] });
    const { notBefore, notAfter } = parent.consent.body;
    const own = await world.consent(doctor, { notBefore, notAfter });
    const shown = { consent: world.signedBy(specialist.secret, own.consent), parent: parent.consent };
    const ask = (): Promise<string | undefined> =>
      outcome({ requester: doctor.requester, ...shown }, doctor.secret);
    expect(await ask()).toBe("released");
    await decided(about("suspend", "west"), "north", "south");
    expect(await ask()).toBe("not-resharer");
    await decided(about("reinstate", "west"), "north", "south");
    expect(await ask()).toBe("released");
  });

  it("and its people fill no disk of another member", async () => {
    const key = toHex(doctor.card.ed25519);
    await keepKeyCard(node.db, doctor.card);
    expect(await isKnownKey(node, key)).toBe(true);
    await decided(about("suspend", "south"), "north", "west");
    expect(await isKnownKey(node, key)).toBe(false);
  });

  it("says so in its health, and what it signs waits for its reinstatement", async () => {
    const membership = async (): Promise<unknown> =>
      (await health(node, { after: 0 }, { ahead: () => [] })).checks["membership"];
    expect(await membership()).toEqual({ ok: true, detail: "hospital" });
    await decided(about("suspend", "north"), "south", "west");
    expect(await membership()).toEqual({ ok: false, detail: "suspended by the members" });
    expect(await byDoctor()).toBe("released");
    await anchorLogHead(node);
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    world.clock.time += 10;
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 0, refused: 0 });
    await decided(about("reinstate", "north"), "south", "west");
    expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
    expect(await membership()).toEqual({ ok: true, detail: "hospital" });
  });
});

describe("a member's key that was replaced", () => {
  it("keeps what it signed: records of before, and those that the new key anchors", async () => {
    const waiting = await seal(world, node, { previous: item.header.body.core.previous });
    const secret = bytesOf("north's next key");
    const signer = addressOf(publicKeyOf(secret));
    const keyCard = toHex<Digest>(bytesOf("north's next card"));
    const { organisation } = node;
    const author = actorOf(node);
    const old = node.keys.address;
    const at = (await world.ledger.connect().head()).number;
    await decided(keyRotation(world.ledger, "north", { secret, signer, keyCard }), "south", "west");
    expect(await node.copy.member(organisation)).toMatchObject({
      signer,
      keyCard,
      earlierKeys: [{ signer: old, keyCard: node.keys.cardDigest }],
    });
    expect(await byDoctor()).toBe("released");
    const signs = (by: typeof signer, when: Parameters<typeof signsFor>[4]): Promise<boolean> =>
      signsFor(node.copy, organisation, author, by, when);
    expect(await signs(old, "now")).toBe(false);
    expect(await signs(signer, "now")).toBe(true);
    expect(await signs(old, "ever")).toBe(true);
    expect(await signs(old, { block: at + 1 })).toBe(true);
    expect(await signs(signer, { block: at })).toBe(false);
    expect(await signs(signer, { block: at + 1 })).toBe(true);
    // This node still has the old key, whose records nobody takes and whose anchors the ledger does not.
    await expect(putRecords(node, batchOf(waiting))).rejects.toMatchObject({ code: "bad-record" });
    await anchor(world, node);
    const head = await world.ledger.connect().head();
    world.ledger.reorganise(head.number - at);
    await world.follow();
    expect(await signs(old, "now")).toBe(true);
    expect(await node.copy.member(organisation)).toMatchObject({ signer: old, earlierKeys: [] });
  });
});

import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { correctionId, type SealedCorrection, sealCorrection } from "@anamnesis/core/correction/correction";
import {
  correctionAnswerDigest,
  sealCorrectionAnswer,
  type SealedCorrectionAnswer,
} from "@anamnesis/core/correction/correctionAnswer";
import {
  type CorrectionWithdrawal,
  correctionWithdrawalDigest,
} from "@anamnesis/core/correction/correctionWithdrawal";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { testSegment, type TestSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import { deleteErased } from "../erasure/deleteErased.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { submitErasure } from "../erasure/submitErasure.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { RateLimit } from "../http/rateLimit.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { createPasses } from "../passes.ts";
import { CustodyWorld, homed, type TestActor } from "../testing/custodyWorld.ts";
import { putCard } from "../segments/cardStore.ts";
import { type Sealed, written } from "../testing/sealedRecords.ts";
import { correctionQueue } from "./correctionQueue.ts";
import { correctionArrivals, keepCorrection } from "./keepCorrection.ts";
import { keepCorrectionAnswer } from "./keepCorrectionAnswer.ts";
import { listCorrections } from "./listCorrections.ts";
import { withdrawCorrection } from "./withdrawCorrection.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);
beforeAll(startTestDatabase, 60_000);

const DAY = 86_400;
const unlimited = () => new RateLimit({ burst: 10_000, rate: 1 });

let world: CustodyWorld;
let node: TestNode;
let clerk: TestActor;
let segment: TestSegment;
let record: Sealed;
let window: RequestWindow;

beforeEach(async () => {
  world = await CustodyWorld.start("north", "south");
  ({ node, segment } = world);
  clerk = await world.actor("clerk", "practitioner", "north");
  await keepKeyCard(node.db, clerk.card);
  record = await written(world, node);
  window = new RequestWindow(-1);
});

interface Changes {
  readonly about?: Sealed;
  readonly by?: TestSegment;
  readonly secret?: Uint8Array;
  readonly time?: number;
  readonly wait?: number;
}

async function asked(changes: Changes = {}): Promise<SealedCorrection> {
  const { about = record, by = segment, secret = by.owner.secret } = changes;
  const { time = world.clock.time, wait = 30 * DAY } = changes;
  const { publicKey } = await kemKeyPair(bytesOf("receipt key"));
  const body = await sealCorrection(
    {
      opening: by.opening,
      organisation: about.header.body.core.organisation,
      record: about.record,
      time: parseUnixSeconds(time),
      expiresAt: parseUnixSeconds(time + wait),
    },
    {
      header: about.header,
      k1: bytesOf("k1"),
      G: new Uint8Array(33),
      message: "We moved.",
      proposed: null,
    },
    { receiptKey: publicKey, author: [{ keyCard: clerk.requester.keyCard, kem: clerk.card.kem }] },
  );
  return { body, signature: sign(fromHex(correctionId(body)), secret) };
}

async function answered(
  { body }: SealedCorrection,
  by: TestActor = clerk,
  secret = by.secret,
): Promise<SealedCorrectionAnswer> {
  const { publicKey } = await kemKeyPair(bytesOf("receipt key"));
  const time = parseUnixSeconds(world.clock.time);
  const answer = await sealCorrectionAnswer(
    { correction: correctionId(body), answerer: by.requester, time },
    { outcome: "declined", successor: null, message: "Please bring your certificate." },
    publicKey,
  );
  return { body: answer, signature: sign(correctionAnswerDigest(answer), secret) };
}

function withdrawn(
  { body }: SealedCorrection,
  by: TestSegment = segment,
  secret = by.owner.secret,
): CorrectionWithdrawal {
  const time = parseUnixSeconds(world.clock.time);
  const word = { correction: correctionId(body), opening: by.opening, time };
  return { body: word, signature: sign(correctionWithdrawalDigest(word), secret) };
}

const put = (value: SealedCorrection, at: TestNode = node) => codeOf(keepCorrection(at, unlimited(), value));
const answer = (value: SealedCorrectionAnswer) => codeOf(keepCorrectionAnswer(node, value));
const list = (by: TestSegment = segment, secret = by.owner.secret) =>
  listCorrections(node, window, world.access("corrections", { opening: by.opening }, secret));
const queue = (by: TestActor = clerk) => correctionQueue(node, toHex(by.card.ed25519), 0);
const shown = (correction: SealedCorrection, changes = {}) => ({
  corrections: [{ correction, withdrawnAt: null, answer: null, ...changes }],
  next: null,
});
const NOTHING = { corrections: [], next: null };

describe("a correction", () => {
  it("waits for the author's people and for its owner, and is shown to nobody else", async () => {
    const value = await asked();
    expect(await put(value)).toBe("no error");
    expect(await queue()).toEqual(shown(value));
    expect(await list()).toEqual(shown(value));
    const bob = homed(await testSegment("bob", "general"));
    expect(await list(bob)).toEqual(NOTHING);
    expect(await codeOf(list(segment, bob.owner.secret))).toBe("bad-request-signature");
    const south = await world.actor("doctor", "practitioner");
    await keepKeyCard(node.db, south.card);
    const device = await world.actor("importer", "device", "north");
    await keepKeyCard(node.db, device.card);
    for (const other of [south, device]) expect(await codeOf(queue(other))).toBe("not-authorised");
    const elsewhere = world.access("requests");
    expect(await codeOf(listCorrections(node, window, elsewhere))).toBe("bad-request-signature");
  });

  it("is about a record that this node keeps, of the very owner and author, and of nothing else", async () => {
    const bob = homed(await testSegment("bob", "general"));
    const [card] = bob.cards;
    for (const at of world.nodes) await putCard(at, card ?? expect.unreachable());
    const bobs = await written(world, node, { segment: bob, permit: world.permit(bob) });
    const ours = await asked();
    // Bob's own, signed by Alice; Alice's, signed by Bob.
    expect(await put(await asked({ about: bobs, by: bob, secret: segment.owner.secret }))).toBe(
      "bad-request-signature",
    );
    expect(await put(await asked({ secret: bob.owner.secret }))).toBe("bad-request-signature");
    expect(await put({ ...ours, signature: new Uint8Array(65) })).toBe("bad-request-signature");
    // What Bob owns, about a record that is Alice's.
    const moved = { ...ours.body, opening: bob.opening };
    expect(await put({ body: moved, signature: sign(fromHex(correctionId(moved)), bob.owner.secret) })).toBe(
      "not-found",
    );
    const another = { ...ours.body, organisation: (world.nodes[1] as TestNode).organisation };
    expect(
      await put({ body: another, signature: sign(fromHex(correctionId(another)), segment.owner.secret) }),
    ).toBe("not-found");
    // A member that keeps no copy of it has no room for it either.
    expect(await put(ours, world.nodes[1])).toBe("not-found");
    expect(await put(await asked({ about: bobs, by: bob }))).toBe("no error");
  });

  it("is asked for and withdrawn by a device that the owner lets read in its place", async () => {
    const secret = bytesOf("device");
    const { delegation } = await world.delegation(addressOf(publicKeyOf(secret)), readingDelegation);
    const value = await asked({ secret });
    expect(await put(value)).toBe("bad-request-signature");
    expect(await put({ ...value, delegation })).toBe("no error");
    const word = withdrawn(value, segment, secret);
    expect(await codeOf(withdrawCorrection(node, word))).toBe("bad-request-signature");
    expect(await codeOf(withdrawCorrection(node, { ...word, delegation }))).toBe("no error");
  });

  it("waits alone for its record; the same again succeeds and is kept once", async () => {
    const value = await asked();
    for (let i = 0; i < 3; i++) expect(await put(value)).toBe("no error");
    expect(await rowsOf(node.db, "corrections", "correction")).toHaveLength(1);
    expect(await put(await asked())).toBe("correction-waits");
    await answer(await answered(value));
    expect(await put(await asked())).toBe("no error");
    expect(await put(value)).toBe("no error");
  });

  it("has room beside 31 others for the same organisation, and comes at a bounded speed", async () => {
    await node.db.query(
      `insert into corrections (correction, segment, organisation, record, bytes, expires_at)
       select 'one ' || i, $1, $2, 'record ' || i, $3, $4 from generate_series(1, 32) as i`,
      [segment.id, node.organisation, bytesOf("x"), world.clock.time + DAY],
    );
    expect(await put(await asked())).toBe("corrections-full");
    world.clock.time = parseUnixSeconds(world.clock.time + DAY);
    await world.follow();
    expect(await put(await asked())).toBe("no error");
    const arrivals = correctionArrivals();
    const codes: string[] = [];
    for (let i = 0; i < 31; i++) codes.push(await codeOf(keepCorrection(node, arrivals, await asked())));
    expect(codes).toEqual([...Array.from({ length: 30 }, () => "correction-waits"), "rate-limited"]);
  });

  it("names a time within 90 days, and none that is over", async () => {
    const now = world.clock.time;
    expect(await put(await asked({ wait: 90 * DAY + 1 }))).toBe("bad-request");
    expect(await put(await asked({ wait: 0 }))).toBe("bad-request");
    expect(await put(await asked({ time: now - DAY, wait: DAY }))).toBe("bad-request");
    expect(await put(await asked({ time: now + 120 }))).toBe("bad-request");
    expect(await put(await asked({ wait: 90 * DAY }))).toBe("no error");
  });

  it("is withdrawn by its owner, for good, and waits for nobody then", async () => {
    const value = await asked();
    await put(value);
    const bob = homed(await testSegment("bob", "general"));
    const take = (one: CorrectionWithdrawal) => codeOf(withdrawCorrection(node, one));
    expect(await take(withdrawn(value, segment, bob.owner.secret))).toBe("bad-request-signature");
    expect(await take(withdrawn(value, bob))).toBe("not-found");
    expect(await take(withdrawn(value))).toBe("no error");
    expect(await take(withdrawn(value))).toBe("no error");
    expect(await queue()).toEqual(NOTHING);
    expect(await list()).toEqual(shown(value, { withdrawnAt: world.clock.time }));
    expect(await answer(await answered(value))).toBe("correction-closed");
    expect(await put(await asked())).toBe("no error");
  });

  it("leaves the disk a month after it expired, and not before", async () => {
    const points: string[] = [];
    const durable: TestNode["durable"] = (point, work) => {
      points.push(point);
      return work();
    };
    const { run } = createPasses({ ...node, durable }, node.copy, "http://north.test").passes.erase;
    await put(await asked({ wait: DAY }));
    world.clock.time = parseUnixSeconds(world.clock.time + 31 * DAY - 1);
    await run();
    expect(points).toEqual([]);
    world.clock.time = parseUnixSeconds(world.clock.time + 1);
    await run();
    expect(points).toEqual(["correction.rows"]);
    expect(await rowsOf(node.db, "corrections", "correction")).toEqual([]);
  });

  it("is gone with its record, whose keys it holds, and none comes any more", async () => {
    await put(await asked());
    const wish = await signErasure(node, record.record);
    const acks = [];
    for (const at of world.nodes) acks.push(await takeErasure(at, wish));
    expect([await queue(), await list()]).toEqual([NOTHING, NOTHING]);
    expect(await put(await asked({ wait: DAY }))).toBe("not-found");
    const approvals = acks.map(({ body: { custodian }, approval }) => ({ custodian, signature: approval }));
    await submitErasure(node, { record: record.record, approvals });
    await sendOutbox(node);
    await world.follow();
    await deleteErased(node);
    expect(await rowsOf(node.db, "corrections", "correction")).toEqual([]);
  });

  it("is listed in pages", async () => {
    await put(await asked());
    await node.db.query(
      `insert into corrections (correction, segment, organisation, record, bytes, expires_at)
       select 'more ' || i, segment, organisation, 'record ' || i, bytes, expires_at
       from corrections, generate_series(1, 10) as i`,
    );
    const first = await list();
    expect([first.corrections.length, first.next]).toEqual([8, 8]);
    const rest = await correctionQueue(node, toHex(clerk.card.ed25519), 8);
    expect([rest.corrections.length, rest.next]).toEqual([3, null]);
  });
});

describe("an answer", () => {
  it("is of the author's people alone; the first stays, and the same again succeeds", async () => {
    const value = await asked();
    await put(value);
    const other = await world.actor("doctor", "practitioner");
    const device = await world.actor("importer", "device", "north");
    const stranger = await world.unregistered("stranger", "practitioner", "north");
    expect(await answer(await answered(value, other))).toBe("not-found");
    expect(await answer(await answered(value, device))).toBe("not-authorised");
    expect(await answer(await answered(value, stranger))).toBe("not-authorised");
    expect(await answer(await answered(value, clerk, other.secret))).toBe("not-authorised");
    const right = await answered(value);
    expect(await answer({ ...right, signature: new Uint8Array(65) })).toBe("bad-request-signature");
    expect(await answer(right)).toBe("no error");
    expect(await answer(right)).toBe("no error");
    expect(await answer(await answered(value))).toBe("correction-closed");
    expect(await list()).toEqual(shown(value, { answer: right }));
    expect(await queue()).toEqual(NOTHING);
    expect(await codeOf(withdrawCorrection(node, withdrawn(value)))).toBe("correction-closed");
  });

  it("is not taken to a correction that is not here", async () => {
    expect(await answer(await answered(await asked()))).toBe("not-found");
  });
});

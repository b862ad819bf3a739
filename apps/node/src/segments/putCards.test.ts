import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { type Card, cardDigest } from "@anamnesis/core/segment/card";
import { ownerKeyOf, type OwnerKey, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { permitDigest, permitTypedData } from "@anamnesis/core/segment/permit";
import { signRotation } from "@anamnesis/core/segment/rotation";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY, type TestSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { CustodyWorld, nextCard, signedCard } from "../testing/custodyWorld.ts";
import { MOST_CARDS_OF_OWNER, requireRoomFor } from "./cardLimits.ts";
import { cardChain, putCard } from "./cardStore.ts";
import { findPermit, keepPermit } from "./permitStore.ts";
import { putCards } from "./putCards.ts";
import { standingCards } from "./standingCards.ts";
import { renewPermits } from "./renewPermits.ts";
import { rotationsOf } from "./rotationsOf.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;
let first: Card;

beforeAll(startTestDatabase, 60_000);

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  first = world.segment.cards[0] as Card;
});

/** The owner whose key stands behind alice's next digest, and the one after it. */
function owner(generation: number): OwnerKey {
  return ownerKeyOf(rootOfSeed(seededRandom("patient/alice")(32), generation), "general");
}

/** A card with which `previous` goes to the owner of the next generation. */
async function rotation(previous: Card, changes: Partial<Card["body"]> = {}): Promise<Card> {
  const generation = previous.body.generation + 1;
  const to = {
    segment: world.segment.id,
    generation,
    owner: owner(generation).address,
    nextOwner: nextOwnerDigest(owner(generation + 1).publicKey),
  };
  const body: Card["body"] = {
    ...previous.body,
    ...to,
    number: previous.body.number + 1,
    previous: cardDigest(previous.body),
    epoch: previous.body.epoch + 1,
    segmentKey: (await kemKeyPair(bytesOf(`segment ${generation}`))).publicKey,
    link: new Uint8Array(48),
    rotation: { ...signRotation(TEST_IDENTITY, to, owner(generation)), carried: new Uint8Array(80) },
    ...changes,
  };
  return signedCard({ ...world.segment, owner: owner(generation) }, body);
}

async function settle(): Promise<void> {
  await sendOutbox(node);
  await world.follow();
}

function after(generation: number, cards: readonly Card[]): TestSegment {
  return { ...world.segment, owner: owner(generation), cards };
}

describe("putCards", () => {
  it("brings a rotation to the ledger once, and takes its chain when the ledger has it", async () => {
    const chain = [first, await rotation(first)];
    expect(await putCards(node, chain)).toBe("waiting");
    expect(await putCards(node, chain)).toBe("waiting");
    expect(await cardChain(node.db, world.segment.id)).toEqual([first]);
    expect(await rowsOf(node.db, "outbox", "id")).toHaveLength(1);
    await settle();
    expect(await putCards(node, chain)).toBe("kept");
    expect(await putCards(node, chain)).toBe("kept");
    expect(await cardChain(node.db, world.segment.id)).toEqual(chain);
    const next = nextCard(after(1, chain), { rotation: null });
    await putCard(node, next);
    expect(await putCards(node, chain)).toBe("kept");
    expect(await cardChain(node.db, world.segment.id)).toEqual([...chain, next]);
  });

  it("keeps the chain that waits, and takes the one that the ledger took, though its device never comes back", async () => {
    const { id } = world.segment;
    const [right, other] = [
      await rotation(first),
      await rotation(first, { homes: first.body.homes.toReversed() }),
    ];
    expect(await putCards(node, [first, right])).toBe("waiting");
    // Of one owner the first that came: another card for the same rotation does not take its place.
    expect(await putCards(node, [first, other])).toBe("waiting");
    expect(await standingCards(node, id)).toEqual([first]);
    await settle();
    expect(await standingCards(node, id)).toEqual([first, right]);
    expect(await cardChain(node.db, id)).toEqual([first, right]);
    expect(await rowsOf(node.db, "waiting_chains", "segment")).toEqual([]);
    expect(await standingCards(node, id)).toEqual([first, right]);
  });

  it("overrules what the owner before published, and keeps it as evidence", async () => {
    const thiefs = nextCard(world.segment, { segmentKey: new Uint8Array(1216).fill(9) });
    await putCard(node, thiefs);
    const chain = [first, await rotation(first)];
    await putCards(node, chain);
    await settle();
    expect(await codeOf(putCard(node, nextCard({ ...world.segment, cards: [first, thiefs] })))).toBe(
      "owner-rotated",
    );
    expect(await putCards(node, chain)).toBe("kept");
    expect(await cardChain(node.db, world.segment.id)).toEqual(chain);
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toHaveLength(1);
    expect(await codeOf(putCards(node, [first, thiefs]))).toBe("owner-rotated");
    expect(await codeOf(putCard(node, nextCard({ ...world.segment, cards: chain })))).toBe("bad-card");
  });

  it("refuses a rotation by any other key, an older one, and two chains of one owner", async () => {
    const strangers = { ...after(1, []), owner: ownerKeyOf(bytesOf("stranger"), "general") };
    const right = await rotation(first);
    const word = signRotation(
      TEST_IDENTITY,
      { ...right.body, owner: strangers.owner.address },
      strangers.owner,
    );
    const bad = [
      signedCard(strangers, { ...right.body, owner: strangers.owner.address }),
      signedCard(strangers, {
        ...right.body,
        owner: strangers.owner.address,
        rotation: { ...word, carried: new Uint8Array(80) },
      }),
      await rotation(first, { epoch: 0, link: null }),
      await rotation(first, { provisional: node.organisation }),
      nextCard(world.segment, { provisional: node.organisation }),
    ];
    for (const card of bad) expect(await codeOf(putCards(node, [first, card]))).toBe("bad-card");
    expect(await codeOf(putCards(node, []))).toBe("bad-card");
    expect(await rowsOf(node.db, "outbox", "id")).toEqual([]);

    const chain = [first, right];
    await putCards(node, chain);
    await settle();
    await putCards(node, chain);
    const other = await rotation(first, { homes: first.body.homes.toReversed() });
    expect(await codeOf(putCards(node, [first, other]))).toBe("card-conflict");
    expect(await cardChain(node.db, world.segment.id)).toEqual(chain);
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toHaveLength(1);
    expect(await codeOf(putCards(node, [first]))).toBe("owner-rotated");
  });

  it("brings several rotations one after the other to a node that missed them all", async () => {
    const chain = [first, await rotation(first)];
    chain.push(await rotation(chain[1] as Card));
    expect(await putCards(node, chain)).toBe("waiting");
    expect(await rowsOf(node.db, "outbox", "id")).toEqual([]);
    await putCards(node, chain.slice(0, 2));
    await settle();
    expect(await putCards(node, chain)).toBe("waiting");
    await settle();
    expect(await putCards(node, chain)).toBe("kept");
    expect(await node.copy.rotation(world.segment.id)).toMatchObject({ generation: 2 });
    // Who has a kit asks by segment, or by an owner that once took it over; of others nothing is said.
    const { id: segment } = world.segment;
    const rotations = [1, 2].map((generation) => {
      return { segment, generation, newOwner: owner(generation).address };
    });
    expect(await rotationsOf(node, { segments: [segment], owners: [] })).toEqual({ rotations });
    expect(await rotationsOf(node, { segments: [], owners: [owner(1).address] })).toEqual({ rotations });
    expect(await rotationsOf(node, { segments: [], owners: [owner(3).address] })).toEqual({ rotations: [] });
  });

  it("has room for so many cards of one owner, and for rotations always", () => {
    const many = (count: number, generation: number): Card[] =>
      Array.from({ length: count }, () => ({ ...first, body: { ...first.body, generation } }));
    requireRoomFor(many(MOST_CARDS_OF_OWNER, 0));
    expect(() => requireRoomFor(many(MOST_CARDS_OF_OWNER + 1, 0))).toThrow("at most");
    const full = [0, 1, 2, 3].flatMap((generation) => many(MOST_CARDS_OF_OWNER, generation));
    expect(() => requireRoomFor(full)).toThrow("at most");
  });
});

describe("renewPermits", () => {
  it("takes the current owner's signature in place of the one before, and no one else's", async () => {
    const permit = world.permit();
    const name = permitDigest(TEST_IDENTITY, permit.body);
    await node.db.transaction((tx) => keepPermit(tx, TEST_IDENTITY, permit));
    const chain = [first, await rotation(first)];
    await putCards(node, chain);
    await settle();
    await putCards(node, chain);
    const digest = typedDataDigest(permitTypedData(TEST_IDENTITY, permit.body));
    const renewed = { body: permit.body, signature: sign(digest, owner(1).secret) };
    const strangers = { body: permit.body, signature: sign(digest, bytesOf("stranger")) };
    for (const bad of [permit, strangers]) {
      expect(await codeOf(renewPermits(node, [renewed, bad]))).toBe("bad-permit");
    }
    expect(await findPermit(node.db, name)).toEqual(permit);
    await renewPermits(node, [renewed]);
    await renewPermits(node, [renewed]);
    expect(await findPermit(node.db, name)).toEqual(renewed);
  });

  it("takes no permit that is of no concern to this node", async () => {
    const body = {
      ...world.permit(world.segment, "west").body,
      notAfter: parseUnixSeconds(world.clock.time + 9),
    };
    const signature = sign(typedDataDigest(permitTypedData(TEST_IDENTITY, body)), world.segment.owner.secret);
    expect(await codeOf(renewPermits(node, [{ body, signature }]))).toBe("bad-permit");
    await renewPermits(node, [world.permit()]);
  });
});

import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Card } from "@anamnesis/core/segment/card";
import { testSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { CustodyWorld, homed, nextCard, signedCard } from "../testing/custodyWorld.ts";
import { cardChain, newestCard, putCard } from "./cardStore.ts";

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

describe("putCard", () => {
  it("takes a chain in its order, and each card again without a change", async () => {
    const second = nextCard(world.segment, { epoch: 1, link: new Uint8Array(48) });
    await putCard(node, second);
    await putCard(node, first);
    await putCard(node, second);
    expect(await cardChain(node.db, world.segment.id)).toEqual([first, second]);
    expect(await newestCard(node.db, world.segment.id)).toEqual(second);
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toEqual([]);
  });

  it("refuses what is not the first or next card of its chain", async () => {
    const ghost = homed(await testSegment("ghost", "general"));
    const bad = [
      nextCard(world.segment, { number: 2 }),
      nextCard(world.segment, { previous: null }),
      nextCard(world.segment, { owner: ghost.opening.owner }),
      { ...nextCard(world.segment), signature: first.signature },
      nextCard(ghost),
      signedCard(ghost, { ...(ghost.cards[0] as Card).body, nextOwner: toHex(bytesOf("other")) }),
    ];
    for (const card of bad) expect(await codeOf(putCard(node, card))).toBe("bad-card");
    expect(await cardChain(node.db, world.segment.id)).toEqual([first]);
    expect(await cardChain(node.db, ghost.id)).toEqual([]);
  });

  it("takes one of several cards of one number that come at once, and keeps the others as evidence", async () => {
    const homes = first.body.homes;
    const cards = [
      nextCard(world.segment),
      nextCard(world.segment, { homes: homes.toReversed() }),
      nextCard(world.segment, { homes: homes.slice(0, 1) }),
    ];
    const codes = await Promise.all([...cards, ...cards].map((card) => codeOf(putCard(node, card))));
    expect(codes.filter((code) => code === "no error")).toHaveLength(2);
    expect(codes.filter((code) => code === "card-conflict")).toHaveLength(4);
    expect(await cardChain(node.db, world.segment.id)).toHaveLength(2);
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toHaveLength(2);
  });

  it("keeps a second card of one number as evidence when the owner really signed it", async () => {
    const taken = nextCard(world.segment);
    await putCard(node, taken);
    const other = nextCard(world.segment, { homes: first.body.homes.toReversed() });
    for (let i = 0; i < 2; i++) {
      await expect(putCard(node, other)).rejects.toMatchObject({
        code: "card-conflict",
        meta: { number: 1 },
      });
    }
    const ofFirst = signedCard(world.segment, { ...first.body, receiptKey: bytesOf1216() });
    expect(await codeOf(putCard(node, ofFirst))).toBe("card-conflict");
    expect(await cardChain(node.db, world.segment.id)).toEqual([first, taken]);
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toHaveLength(2);

    const forged = nextCard(world.segment, { homes: [...first.body.homes, node.organisation] });
    expect(await codeOf(putCard(node, forged))).toBe("bad-card");
    const unsigned = nextCard(world.segment, { segmentKey: bytesOf1216() });
    expect(await codeOf(putCard(node, { ...unsigned, signature: first.signature }))).toBe("bad-card");
    expect(await rowsOf(node.db, "card_conflicts", "digest")).toHaveLength(2);
  });
});

function bytesOf1216(): Uint8Array {
  return new Uint8Array(1216).fill(7);
}

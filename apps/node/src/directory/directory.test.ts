import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ActorId } from "@anamnesis/core/ids";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { outboxOf } from "../indexer/testing/ledgerFixture.ts";
import type { TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { announceEndpoint } from "./announceEndpoint.ts";
import { directoryPage } from "./directoryPage.ts";
import { isKnownKey } from "./isKnownKey.ts";
import { keepKeyCard } from "./keyCards.ts";
import { setActor } from "./setActor.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
});

describe("the directory", () => {
  it("takes an organisation's own people by one signed intent each, and shows them", async () => {
    const nurse = await world.unregistered("nurse", "practitioner", "north");
    const wish = { keyCard: nurse.card, role: "practitioner", active: true } as const;
    const actor: ActorId = await setActor(node, wish);
    expect(actor).toBe(nurse.requester.actor);
    await setActor(node, wish);
    expect(await outboxOf(node.db)).toHaveLength(1);
    await sendOutbox(node);
    await world.follow();
    await setActor(node, wish);
    expect(await outboxOf(node.db)).toHaveLength(1);
    await setActor(node, { ...wish, active: false });
    await sendOutbox(node);
    await world.follow();
    const { actors, members, committee } = await directoryPage(node);
    expect(actors.find((entry) => entry.actor === actor)).toMatchObject({
      active: false,
      keyCard: keyCardDigest(nurse.card),
    });
    expect(members.map(({ name }) => name).toSorted()).toEqual(["north", "south", "west"]);
    expect(committee?.committee).toBe(world.committee);
  });

  it("knows the keys of members and of its own active people, and no others", async () => {
    const nurse = await world.unregistered("nurse", "practitioner", "north");
    const key = toHex(nurse.card.ed25519);
    await keepKeyCard(node.db, nurse.card);
    expect(await isKnownKey(node, key)).toBe(false);
    const wish = { keyCard: nurse.card, role: "practitioner" } as const;
    for (const active of [true, false]) {
      await setActor(node, { ...wish, active });
      await sendOutbox(node);
      await world.follow();
      expect(await isKnownKey(node, key)).toBe(active);
    }
    await keepKeyCard(node.db, node.keys.card);
    expect(await isKnownKey(node, toHex(node.keys.card.ed25519))).toBe(true);
  });

  it("refuses other organisations' people and cards that say another role", async () => {
    const foreign = await world.unregistered("foreign", "practitioner", "south");
    const device = await world.unregistered("device", "device", "north");
    for (const keyCard of [foreign.card, device.card, node.keys.card]) {
      const wish = { keyCard, role: "practitioner", active: true } as const;
      expect(await codeOf(setActor(node, wish))).toBe("bad-actor");
    }
    expect(await outboxOf(node.db)).toEqual([]);
  });

  it("is told where this node listens when the ledger says otherwise, and only then", async () => {
    const endpointOf = async (): Promise<string | undefined> =>
      (await node.copy.member(node.organisation))?.endpoint;
    await announceEndpoint(node, (await endpointOf()) ?? "");
    expect(await outboxOf(node.db)).toEqual([]);
    for (const endpoint of ["http://127.0.0.1:4001", "http://127.0.0.1:4002"]) {
      await announceEndpoint(node, endpoint);
      await announceEndpoint(node, endpoint);
      await sendOutbox(node);
      await world.follow();
      expect(await endpointOf()).toBe(endpoint);
    }
    expect(await outboxOf(node.db)).toHaveLength(2);
    node.copy.forgetHead();
    await announceEndpoint(node, "http://127.0.0.1:4003");
    expect(await outboxOf(node.db)).toHaveLength(2);
  });
});

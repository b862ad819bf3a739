import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Digest } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, testKeys, type TestNode } from "../indexer/testing/testNode.ts";
import { createPasses } from "../passes.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { getHandOver, putHandOver } from "./handOverStore.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);
beforeAll(startTestDatabase, 60_000);

let world: CustodyWorld;
let node: TestNode;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
});

const locator = (name: string): Digest => toHex<Digest>(bytesOf(name));
const inSeconds = (seconds: number) => parseUnixSeconds(world.clock.time + seconds);

describe("hand-overs", () => {
  it("wait until they expire; the first under a name stays", async () => {
    await putHandOver(node, locator("a"), bytesOf("keys"), inSeconds(60));
    await putHandOver(node, locator("a"), bytesOf("others"), inSeconds(90));
    expect(await getHandOver(node, locator("a"))).toEqual({ sealed: bytesOf("keys") });
    expect(await codeOf(getHandOver(node, locator("b")))).toBe("not-found");
    world.clock.time = inSeconds(61);
    expect(await codeOf(getHandOver(node, locator("a")))).toBe("not-found");
    await putHandOver(node, locator("b"), bytesOf("keys"), inSeconds(60));
    expect(await rowsOf(node.db, "hand_overs", "locator")).toHaveLength(1);
  });

  it("are refused for the past and for longer than a week", async () => {
    for (const seconds of [0, -1, 7 * 86_400 + 1]) {
      expect(await codeOf(putHandOver(node, locator("a"), bytesOf("keys"), inSeconds(seconds)))).toBe(
        "bad-request",
      );
    }
  });

  it("that wait already succeed again when no place is left, and nothing else does", async () => {
    await putHandOver(node, locator("a"), bytesOf("keys"), inSeconds(60));
    await node.db.query(
      "insert into hand_overs select 'other' || i, $1, $2 from generate_series(1, 999) as i",
      [bytesOf("keys"), inSeconds(60)],
    );
    await putHandOver(node, locator("a"), bytesOf("keys"), inSeconds(60));
    expect(await codeOf(putHandOver(node, locator("b"), bytesOf("keys"), inSeconds(60)))).toBe("busy");
    world.clock.time = inSeconds(60);
    await putHandOver(node, locator("b"), bytesOf("keys"), inSeconds(60));
  });

  it("leave the disk in a pass when they have expired, and not before", async () => {
    const points: string[] = [];
    const context: TestNode = {
      ...node,
      durable: (point, work) => {
        points.push(point);
        return work();
      },
    };
    const { run } = createPasses(context, node.copy, "http://north.test").passes.erase;
    await putHandOver(node, locator("a"), bytesOf("keys"), inSeconds(60));
    await putHandOver(node, locator("b"), bytesOf("keys"), inSeconds(90));
    await run();
    expect(points).toEqual([]);
    world.clock.time = inSeconds(60);
    await run();
    expect(points).toEqual(["handover.rows"]);
    expect(await rowsOf(node.db, "hand_overs", "locator")).toMatchObject([{ locator: locator("b") }]);
  });

  it("are taken from this organisation's active people and devices alone", async () => {
    const handlers = exchangeHandlers(node, new RequestWindow(-1));
    const request = { locator: locator("a"), sealed: bytesOf("keys"), expiresAt: inSeconds(60) };
    const found = handlers.find((item) => item.route === exchangeRoutes.putHandOver);
    const put = (signer: Uint8Array | null) =>
      codeOf(
        Promise.resolve(
          found?.handle({
            params: {},
            query: new URLSearchParams(),
            request,
            signer: signer === null ? null : toHex(signer),
            range: null,
            visit: null,
          }),
        ),
      );
    const device = await world.actor("device", "device", "north");
    const stranger = await world.actor("doctor", "practitioner", "south");
    for (const { card } of [device, stranger, testKeys("south"), testKeys("north")])
      await keepKeyCard(node.db, card);
    const refused = [
      null,
      stranger.card.ed25519,
      testKeys("south").card.ed25519,
      testKeys("north").card.ed25519,
    ];
    for (const signer of refused) expect(await put(signer)).toBe("not-authorised");
    expect(await rowsOf(node.db, "hand_overs", "locator")).toEqual([]);
    expect(await put(device.card.ed25519)).toBe("no error");
    expect(await rowsOf(node.db, "hand_overs", "locator")).toHaveLength(1);
    await world.setActor(device, "north", { active: false, version: 2 });
    expect(await put(device.card.ed25519)).toBe("not-authorised");
  });
});

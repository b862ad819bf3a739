import type { Digest } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
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
});

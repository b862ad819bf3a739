import { parseUnixSeconds } from "@anamnesis/core/ids";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
} from "../indexer/testing/testDatabase.ts";
import { genesisMember, TestClock, testNode, type TestNode } from "../indexer/testing/testNode.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { HandlerNetwork } from "../testing/handlerNetwork.ts";
import { RequestWindow } from "../access/requestWindow.ts";
import { clockCheck } from "./clockCheck.ts";
import { ClockWatch } from "./clockWatch.ts";
import { followClock } from "./followClock.ts";
import { PeerClocks } from "./peerClocks.ts";

beforeAll(async () => {
  await openTestDatabase();
  await releaseTestDatabases();
}, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** A wall clock and a steady one, to be moved by hand. */
class Clocks {
  readonly wall = new TestClock();
  steady = 0;
  readonly timers = { now: () => this.steady };

  pass(seconds: number): void {
    this.wall.time += seconds;
    this.steady += seconds * 1000;
  }
}

describe("ClockWatch", () => {
  it("tells a clock that was set from time that has passed", () => {
    const clocks = new Clocks();
    const watch = new ClockWatch(clocks.wall, clocks.timers);
    clocks.pass(3600);
    expect(watch.stepped()).toBe(0);
    clocks.wall.time -= 3600;
    clocks.pass(1);
    expect(watch.stepped()).toBe(-3600);
    expect(watch.stepped()).toBe(0);
    clocks.wall.time += 4;
    expect(watch.stepped()).toBe(0);
    clocks.wall.time += 90;
    expect(watch.stepped()).toBe(90);
  });
});

const NAMES = ["north", "south", "west"] as const;

function newLedger(clock: TestClock): MemoryLedger {
  return new MemoryLedger({ clock, genesis: NAMES.map(genesisMember), identity: TEST_IDENTITY });
}

async function retries(node: TestNode): Promise<readonly number[]> {
  const rows = await node.db.query<{ retry_at: number }>("select retry_at from outbox order by id");
  return rows.map((row) => row.retry_at);
}

describe("followClock", () => {
  it("lets nothing wait for a time that was moved away, and leaves what waits for its time", async () => {
    const clocks = new Clocks();
    const node = await testNode(newLedger(clocks.wall), "north", { clock: clocks.wall });
    const watch = new ClockWatch(clocks.wall, clocks.timers);
    const now = clocks.wall.time;
    const put = (dedupe: string, at: number) =>
      node.db.query(
        "insert into outbox (priority, dedupe, type, signed, retry_at) values (1, $1, 'AnchorBatch', '', $2)",
        [dedupe, at],
      );
    await put("due", now - 1);
    await put("soon", now + 60);
    await followClock(node, watch);
    expect(await retries(node)).toEqual([now - 1, now + 60]);
    clocks.wall.time -= 3600;
    await followClock(node, watch);
    expect(await retries(node)).toEqual([0, 0]);
    expect(node.log.events).toContain("clock-stepped");
    // The same when it was set while the node was down.
    await put("later", clocks.wall.time + 7200);
    await followClock(node, null);
    expect(await retries(node)).toEqual([0, 0, 0]);
  });
});

describe("PeerClocks", () => {
  it("measures the other nodes, and only warns when more than half are apart", async () => {
    const clock = new TestClock();
    const ledger = newLedger(clock);
    const network = new HandlerNetwork(() => parseUnixSeconds(clock.time));
    const own = await testNode(ledger, "north", { clock, fetch: network.fetch });
    await followLedger(own, own.copy);
    const others = { south: new TestClock(), west: new TestClock() };
    for (const [name, other] of Object.entries(others)) {
      other.time = clock.time - 90;
      const node = { ...own, clock: other };
      network.serve(`${name}.test`, exchangeHandlers(node, new RequestWindow(-1)));
    }
    const peers = new PeerClocks();
    await peers.measure(own);
    expect(peers.ahead(own.timers.now())).toEqual([90, 90]);
    expect(peers.ahead(own.timers.now() + 300_001)).toEqual([]);
    others.west.time = clock.time;
    network.stop("south.test");
    await peers.measure(own);
    expect([...peers.ahead(own.timers.now())].sort((a, b) => a - b)).toEqual([0, 90]);
  });
});

describe("clockCheck", () => {
  it.each<[string, Parameters<typeof clockCheck>[0], boolean, string]>([
    ["all agree", { ahead: [0, -2, 30], behindLedger: 5 }, true, "compared with 3 other nodes"],
    ["one of three is apart", { ahead: [0, 300, 1], behindLedger: 0 }, true, "1 of them"],
    ["this one is ahead", { ahead: [100, 90, 0], behindLedger: -95 }, false, "90 s ahead of the other nodes"],
    ["this one is behind", { ahead: [-40, -45], behindLedger: 40 }, false, "40 s behind the other nodes"],
    ["nobody else answers", { ahead: [], behindLedger: 31 }, false, "31 s behind the ledger"],
    ["the ledger runs ahead", { ahead: [0, 1], behindLedger: 60 }, true, "the ledger's clock is ahead"],
    ["the ledger is quiet", { ahead: [], behindLedger: -86_400 }, true, "compared with 0 other nodes"],
    ["no ledger yet", { ahead: [], behindLedger: null }, true, "compared with 0 other nodes"],
  ])("says when %s", (_, parts, ok, words) => {
    const check = clockCheck(parts);
    expect(check.ok).toBe(ok);
    expect(check.detail).toContain(words);
  });
});

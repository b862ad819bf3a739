import { adminRoutes } from "@anamnesis/api/routes/admin";
import { actorIdOf } from "@anamnesis/core/actor/keyCard";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { propose } from "../consortium/propose.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import {
  bytesOf,
  genesisMember,
  TestClock,
  testKeys,
  testNode,
  type TestNode,
  withNextKeys,
} from "../indexer/testing/testNode.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { health } from "../routes/health.ts";
import { keyRotation, membersDecide } from "../testing/membersDecide.ts";
import { useCurrentKeys } from "./useCurrentKeys.ts";

let clock: TestClock;
let ledger: MemoryLedger;
/** It has the keys that it shall get. */
let north: TestNode;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  clock = new TestClock();
  ledger = new MemoryLedger({ clock, genesis: ["north", "south", "west"].map(genesisMember) });
  north = { ...(await testNode(ledger, "north", { clock })), keys: withNextKeys("north", "north's next") };
  await follow(north);
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

async function follow(node: TestNode): Promise<void> {
  await followLedger(node, node.copy);
  await useCurrentKeys(node);
}

const rotation = () =>
  keyRotation(ledger, "north", {
    secret: bytesOf("secp north's next"),
    signer: testKeys("north's next").address,
    keyCard: testKeys("north's next").cardDigest,
  });

/** A doctor of the organisation, on the way to the ledger with a signature of the keys in use. */
async function enqueueActor(name: string): Promise<void> {
  const { organisation, keys } = north;
  const card = { ...testKeys(name).card, subject: "practitioner", organisation } as const;
  const intent: Intent = {
    type: "SetActor",
    organisation,
    actor: actorIdOf(card),
    role: "practitioner",
    signer: testKeys(name).address,
    keyCard: testKeys(name).cardDigest,
    active: true,
    version: 1,
  };
  const signatures = [keys.signDigest(intentDigest(ledger.identity, intent))];
  await north.db.transaction((tx) => enqueueIntent(tx, { intent, signatures }, dedupeOf(intent)));
}

const states = async (): Promise<readonly unknown[]> =>
  (await north.db.query<{ state: string }>("select state from outbox order by id")).map(({ state }) => state);
const keysCheck = async (node: TestNode) =>
  (await health(node, { after: -1 }, { ahead: () => [] })).checks["keys"];

describe("keys that the members replaced", () => {
  it("are the ones that sign from the block on, what waits included; a reorganisation takes it back", async () => {
    const first = testKeys("north").address;
    const next = testKeys("north's next").address;
    expect(north.keys.address).toBe(first);
    await enqueueActor("early");
    await membersDecide(ledger, rotation(), "south", "west");
    // The ledger is ahead of this node: what the first key signed is refused, and kept.
    expect(await sendOutbox(north)).toEqual({ taken: 1, done: 0, refused: 0 });
    expect(await states()).toEqual(["pending"]);
    await follow(north);
    expect([north.keys.address, north.keys.organisation]).toEqual([next, north.organisation]);
    expect(north.log.events).toContain("keys-in-use");
    expect(await keysCheck(north)).toEqual({ ok: true, detail: next });
    expect(await sendOutbox(north)).toEqual({ taken: 1, done: 1, refused: 0 });
    await follow(north);
    expect((await north.copy.actors()).map(({ signer }) => signer)).toEqual([testKeys("early").address]);

    await enqueueActor("late");
    const { number } = await ledger.connect().head();
    ledger.reorganise(number);
    await follow(north);
    expect(north.keys.address).toBe(first);
    for (let round = 0; round < 3; round++) {
      await sendOutbox(north);
      await follow(north);
      clock.time += 5;
    }
    expect(new Set((await north.copy.actors()).map(({ signer }) => signer))).toEqual(
      new Set([testKeys("early").address, testKeys("late").address]),
    );
  });

  it("are missed where the keystore does not have them: the node says so, and nothing of its own is given up", async () => {
    const without: TestNode = { ...north, keys: testKeys("north") };
    await enqueueActor("doctor");
    await membersDecide(ledger, rotation(), "south", "west");
    await follow(without);
    expect(without.log.events).toContain("keys-missing");
    expect(await keysCheck(without)).toMatchObject({ ok: false });
    expect(await sendOutbox(without)).toEqual({ taken: 1, done: 0, refused: 0 });
    expect(await states()).toEqual(["pending"]);
    clock.time += 5;
    await follow(north);
    expect(await sendOutbox(north)).toEqual({ taken: 1, done: 1, refused: 0 });
  });

  it("are proposed with their own consent for this ledger alone", async () => {
    const action = rotation();
    if (action.type !== "rotate-key") throw new TypeError("The action rotates a key.");
    const other = { ...action, acceptance: toHex(testKeys("somebody").signDigest(bytesOf("somebody"))) };
    expect(await codeOf(propose(north, other))).toBe("key-not-accepted");
    expect(
      await codeOf(propose(north, { ...action, organisation: genesisMember("west").organisation })),
    ).toBe("key-not-accepted");
    expect(adminRoutes.propose.codes).toContain("key-not-accepted");
    expect(await codeOf(propose(north, action))).toBe("no error");
  });
});

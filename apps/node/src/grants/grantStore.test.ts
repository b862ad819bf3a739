import type { Grant } from "@anamnesis/core/consent/grant";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, Hex } from "@anamnesis/core/ids";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepKeyCard } from "../directory/keyCards.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { CustodyWorld, type TestActor } from "../testing/custodyWorld.ts";
import { grantArrivals, listGrants, putGrant } from "./grantStore.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner", "north");
  await keepKeyCard(node.db, doctor.card);
});

const grantTo = (keyCard: Digest, text: string): Grant => ({
  grantee: doctor.requester.actor,
  keyCard,
  enc: new Uint8Array(1120),
  ciphertext: bytesOf(text),
});
const mine = (text: string): Grant => grantTo(doctor.requester.keyCard, text);
const SENDER: Hex = "0x01";
const put = (value: Grant, sender: Hex = SENDER): Promise<void> =>
  putGrant(node, grantArrivals(), value, sender);
const listed = async (by = toHex(doctor.card.ed25519)): Promise<readonly Grant[]> =>
  (await listGrants(node, doctor.requester.keyCard, by, "")).grants;

describe("grants", () => {
  it("wait for the holder of the key card, in the order in which they came", async () => {
    const grants = ["a", "b", "c"].map(mine);
    for (const value of grants) {
      await put(value);
      world.clock.time += 1;
    }
    await put(grants[0] as Grant);
    expect(await listed()).toEqual(grants);
    expect(await codeOf(listed(toHex(bytesOf("another key"))))).toBe("not-authorised");
    expect(await codeOf(listGrants(node, toHex<Digest>(bytesOf("nobody")), toHex(bytesOf("x")), ""))).toBe(
      "not-found",
    );
  });

  it("come in pages that go on where the one before ended", async () => {
    for (let i = 0; i < 3; i++) await put(mine(`page ${i}`), toHex(bytesOf(`sender ${i}`)));
    await node.db.query(
      `insert into grants (digest, key_card, bytes, received_at, sender)
       select '0x' || lpad(n::text, 64, '0'), key_card, bytes, received_at + n % 7, 'other ' || n
       from (select * from grants limit 1) g, generate_series(1, 1200) n`,
    );
    const { keyCard: card } = doctor.requester;
    const pages: number[] = [];
    let after = "";
    for (;;) {
      const page = await listGrants(node, card, toHex(doctor.card.ed25519), after);
      pages.push(page.grants.length);
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual([512, 512, 179]);
    for (const place of ["x", "1.0x12", "-1.", "1'"]) {
      expect(await codeOf(listGrants(node, card, toHex(doctor.card.ed25519), place))).toBe("bad-request");
    }
  });

  it("are taken for this organisation and its own people and devices only", async () => {
    const foreign = await world.actor("their doctor", "practitioner", "south");
    expect(await codeOf(put(grantTo(foreign.requester.keyCard, "x")))).toBe("not-found");
    expect(await codeOf(put(grantTo(toHex<Digest>(bytesOf("unknown")), "x")))).toBe("not-found");
    expect(await codeOf(put(grantTo(node.keys.cardDigest, "x")))).toBe("no error");
  });

  it("are bounded for each key card: a flood loses none that waits, and is refused aloud", async () => {
    await put(mine("first"));
    await node.db.query(
      `insert into grants (digest, key_card, bytes, received_at, sender)
       select digest || n, key_card, bytes, $1, 'stranger ' || n from grants, generate_series(1, 16383) n`,
      [world.clock.time + 10],
    );
    expect(await rowsOf(node.db, "grants", "digest")).toHaveLength(16_384);
    await expect(put(mine("newest"), "0x05")).rejects.toMatchObject({
      code: "grants-full",
      meta: { retryAfter: 3600 },
    });
    expect(node.log.events).toContain("grants-full");
    // What waits already is no new grant.
    await put(mine("first"));
    expect((await listed())[0]).toEqual(mine("first"));
  });

  it("of one sender take no other's place", async () => {
    await put(mine("of another"), "0x02");
    for (let i = 0; i < 33; i++) {
      await put(mine(`epoch ${i}`), "0x03");
      world.clock.time += 1;
    }
    const texts = (await listed()).map((value) => toHex(value.ciphertext));
    expect(texts).toHaveLength(33);
    expect(texts).toContain(toHex(bytesOf("of another")));
    expect(texts).not.toContain(toHex(bytesOf("epoch 0")));
    expect(texts).toContain(toHex(bytesOf("epoch 32")));
  });

  it("come for one key card no faster than its holder could want them", async () => {
    const arrivals = grantArrivals({ burst: 8, rate: 0.001 });
    const codes: string[] = [];
    for (let i = 0; i < 9; i++) {
      const sender = toHex(bytesOf(`stranger ${i}`));
      codes.push(await codeOf(putGrant(node, arrivals, mine(`flood ${i}`), sender)));
    }
    expect(codes).toEqual([...Array<string>(8).fill("no error"), "rate-limited"]);
    const other = await world.actor("nurse", "practitioner", "north");
    expect(await codeOf(putGrant(node, arrivals, grantTo(other.requester.keyCard, "x"), SENDER))).toBe(
      "no error",
    );
  });

  it("are bounded also when many come at once, each of them once", async () => {
    await put(mine("first"));
    await node.db.query(
      `insert into grants (digest, key_card, bytes, received_at, sender)
       select digest || n, key_card, bytes, $1, 'stranger ' || n from grants, generate_series(1, 16379) n`,
      [world.clock.time + 10],
    );
    world.clock.time += 20;
    const many = Array.from({ length: 24 }, (_, i) => ({
      value: mine(`at once ${i % 12}`),
      sender: toHex(bytesOf(`sender ${i % 12}`)),
    }));
    const results = await Promise.allSettled(many.map(({ value, sender }) => put(value, sender)));
    const kept = await node.db.query("select 1 as one from grants where received_at = $1", [
      world.clock.now(),
    ]);
    expect(kept).toHaveLength(4);
    // Those that were kept came twice, and succeeded twice.
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(16);
    expect(await rowsOf(node.db, "grants", "digest")).toHaveLength(16_384);
  });
});

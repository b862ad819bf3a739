import type { RecordId } from "@anamnesis/core/ids";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, type TestNode } from "../indexer/testing/testNode.ts";
import { release } from "../custody/release.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { batchOf, itemOf, seal, type Sealed, written } from "../testing/sealedRecords.ts";
import { authorSigned } from "./authorSigned.ts";
import { putRecords } from "./putRecords.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;

beforeAll(startTestDatabase, 60_000);

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner", "north");
});

const given = async (sealed: Sealed): Promise<readonly boolean[]> => {
  const records = [await itemOf(node, sealed, world.segment)];
  const request = await world.request({ records }, world.segment.owner.secret);
  const { body } = await opened(await release(node, world.services(), request));
  return body.shares.map((share) => share !== null);
};

describe("a record of which the segment's owner is the author", () => {
  const owner = () => world.segment.owner.secret;

  it("is taken by a home and opened as any other", async () => {
    const sealed = await written(world, node, { owner: owner() });
    expect(sealed.header.body.core.author).toBe(world.segment.id);
    expect(await given(sealed)).toEqual([true]);
  });

  it("is nobody else's: another key, another patient's, an owner of before", async () => {
    const bob = await world.newSegment("bob");
    for (const secret of [bytesOf("stranger"), bob.owner.secret, doctor.secret]) {
      await expect(
        putRecords(node, batchOf(await seal(world, node, { owner: secret }))),
      ).rejects.toMatchObject({
        code: "bad-record",
        meta: { reason: "author" },
      });
    }
    const sealed = await seal(world, node, { owner: owner() });
    const { core } = sealed.header.body;
    const signs = (when: Parameters<typeof authorSigned>[3]) =>
      authorSigned(node, core, world.segment.opening.owner, when);
    expect(await signs("now")).toBe(true);
    await node.db.query(
      "insert into ledger_owners (segment, generation, owner, next_owner, block, time) values ($1, 1, '0x00', '0x00', 50, 1)",
      [world.segment.id],
    );
    expect(await signs("now")).toBe(false);
    expect(await signs({ block: 50 })).toBe(false);
    // What was anchored before the rotation stays the owner's.
    expect(await signs({ block: 49 })).toBe(true);
    expect(await signs("ever")).toBe(true);
  });

  it("takes the place of what the owner wrote alone, and no organisation's takes its place", async () => {
    const refused = { code: "bad-record", meta: { reason: "amends" } };
    const theirs = await written(world, node);
    const overTheirs = { owner: owner(), previous: theirs.label, amends: theirs.record };
    await expect(putRecords(node, batchOf(await seal(world, node, overTheirs)))).rejects.toMatchObject(
      refused,
    );
    const own = await written(world, node, { owner: owner(), previous: theirs.label });
    const overOwn = { previous: own.label, amends: own.record };
    await expect(putRecords(node, batchOf(await seal(world, node, overOwn)))).rejects.toMatchObject(refused);
    const { records } = await putRecords(
      node,
      batchOf(await seal(world, node, { ...overOwn, owner: owner() })),
    );
    expect(records).toHaveLength(1);
  });

  it("has its room of a day, and the organisation's own records have theirs", async () => {
    await node.db.query("insert into owner_writes (day, segment, records, bytes) values ($1, $2, 500, 1)", [
      world.today,
      world.segment.id,
    ]);
    const sealed = await seal(world, node, { owner: owner() });
    await expect(putRecords(node, batchOf(sealed))).rejects.toMatchObject({ code: "busy" });
    expect(await node.db.query("select 1 from records")).toEqual([]);
    await putRecords(node, batchOf(await seal(world, node)));
    world.clock.time = parseUnixSeconds(world.clock.time + 86_400);
    const { records } = await putRecords(
      node,
      batchOf(await seal(world, node, { owner: owner(), previous: await head() })),
    );
    expect(records).toHaveLength(1);
  });

  const head = async () =>
    (
      await node.db.query<{ label: Sealed["label"]; record: RecordId }>(
        "select label, record from records order by position desc limit 1",
      )
    )[0]?.label ?? null;
});

describe("a record of which a practitioner is the author", () => {
  it("counts as the organisation's, and no other organisation's", async () => {
    expect(await given(await written(world, node, { device: doctor }))).toEqual([true]);
    const other = await world.actor("visitor", "practitioner", "south");
    await expect(putRecords(node, batchOf(await seal(world, node, { device: other })))).rejects.toMatchObject(
      {
        code: "bad-record",
        meta: { reason: "author" },
      },
    );
  });
});

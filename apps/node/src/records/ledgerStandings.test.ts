import { toHex } from "@anamnesis/core/encoding/bytes";
import type { RecordId } from "@anamnesis/core/ids";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { anchor, batchOf, seal, written } from "../testing/sealedRecords.ts";
import { enqueueRecordWishes } from "./enqueueRecordWishes.ts";
import { ledgerStandings } from "./ledgerStandings.ts";
import { putRecords } from "./putRecords.ts";
import { retractRecord } from "./retractRecord.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);
beforeAll(startTestDatabase, 60_000);

it("says what became of records, in the order in which they were asked for", async () => {
  const world = await CustodyWorld.start("north");
  const { node } = world;
  const threshold = 1;
  const endorsers = { threshold, organisations: [node.organisation] };
  const first = await written(world, node, { endorsers });
  const second = await written(world, node, { previous: first.label, amends: first.record });
  const third = await seal(world, node, { previous: second.label });
  await putRecords(node, batchOf(third));
  await retractRecord(node, second.record);
  await enqueueRecordWishes(node);
  await anchor(world, node);
  const unknown = toHex<RecordId>(bytesOf("unknown"));
  const asked = [third.record, unknown, first.record, second.record];
  const none = { amended: false, retracted: false, erased: false, endorsers: null };
  const standings = await ledgerStandings(node, asked);
  expect(standings.map(({ record }) => record)).toEqual(asked);
  expect(standings[1]).toEqual({ record: unknown, ...none, anchored: null });
  expect(standings[2]).toMatchObject({
    amended: true,
    retracted: false,
    endorsers: { threshold, asked: [node.organisation] },
    anchored: { sequence: 1 },
  });
  expect(standings[3]).toMatchObject({ ...none, retracted: true, anchored: { sequence: 2 } });
});

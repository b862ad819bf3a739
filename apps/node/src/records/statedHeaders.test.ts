import { toHex } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel, SegmentId } from "@anamnesis/core/ids";
import { headerLabels } from "@anamnesis/core/record/headerStatement";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { statedHeaders } from "./statedHeaders.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

it.each([0, 1, 300])("says of %d headers what a reader makes of them", async (count) => {
  const db = await openTestDatabase();
  const random = seededRandom(`headers ${count}`);
  const labels = Array.from({ length: count }, () => toHex<BodyLabel>(random(32)));
  const segment = toHex<SegmentId>(random(32));
  const other = toHex<SegmentId>(random(32));
  for (const [at, label] of [...labels, toHex(random(32))].entries()) {
    await db.query(
      `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
       values ($1, $2, $3, '', '', '', '', '', '', false)`,
      [toHex(random(32)), label, at < count ? segment : other],
    );
  }
  expect(await statedHeaders(db, segment)).toEqual({ count, labels: headerLabels(labels) });
});

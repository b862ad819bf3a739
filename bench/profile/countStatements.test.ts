import { type Database, PLANNED_ANEW } from "@anamnesis/core/ports/database";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
} from "@anamnesis/node/indexer/testing/testDatabase";
import { afterAll, beforeAll, expect, it } from "vitest";
import { countStatements } from "./countStatements.ts";

const counter = countStatements();
let db: Database;

beforeAll(async () => {
  db = await openTestDatabase();
}, 180_000);

afterAll(async () => {
  await releaseTestDatabases();
  await closeTestDatabases();
});

it("counts each statement by its text, in and out of transactions, and begins anew", async () => {
  counter.take();
  await db.query("select $1::int as n", [1]);
  await db.query("select  $1::int\n as n", [2]);
  await db.transaction(async (tx) => void (await tx.query("select 7")));
  for (const n of [1, 2, 3]) await db.query(`${PLANNED_ANEW} select $1::int + 4 as n`, [n]);
  const taken = new Map(counter.take().map((cost) => [cost.sql, cost]));
  expect([...taken].map(([sql, { count }]) => [sql, count])).toEqual(
    expect.arrayContaining([
      ["select $1::int as n", 2],
      ["select 7", 1],
      [`${PLANNED_ANEW} select $1::int + 4 as n`, 3],
      ["begin", 1],
      ["commit", 1],
    ]),
  );
  const cost = taken.get("select 7");
  expect(cost?.ms).toBeGreaterThan(0);
  expect(cost?.messages).toBeGreaterThan(1);
  expect(counter.take()).toEqual([]);
});

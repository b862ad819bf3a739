import { afterAll, expect, it } from "vitest";
import { migrate } from "../database/migrate.ts";
import { openPgliteInMemory } from "../database/pgliteDatabase.ts";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { contentsOf } from "../testing/nodeFolder.ts";
import { dumpTable, loadPiece, resetIdentities, tablesInOrder } from "./tables.ts";

afterAll(closeTestDatabases);

const ROWS = [
  `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own, sequence, leaf_index)
   select 'r' || i, 'l' || i, 's', 'o', decode(md5(i::text), 'hex'), 'p', 's', 'w', 'c', i % 2 = 0, nullif(9007199254740991 - i, 1), null
   from generate_series(1, 600) i`,
  "delete from records where position = 7",
  "insert into replication_queue (position, home) select position, 'h' from records",
  "insert into outbox (priority, dedupe, type, signed, block_hash) values (1, 's', 't', '\\x00ff27', '\\xabcd')",
  `insert into outbox (priority, dedupe, type, intent, refusal) values (1, 'd', 't', '{"text": "quote \\" and line\\n", "n": [1, null, true]}', E'a\\\\b')`,
  `insert into fhir_resources (type, id, version, updated, deleted, origin, kind) values ('Location', 'l', 1, 0, false, 'own', 'general')`,
  `insert into fhir_texts (row, words) select row, $$'söderberg':1A 'ward':1 '世':1$$::tsvector from fhir_resources`,
  "insert into fhir_positions (row, key, item, latitude, longitude) select row, 'Location.near', 0, 59.8586, 1e-17 from fhir_resources",
  "insert into sticky_revocations values ('c', 1, '\\x00ff27225c')",
];

it("every row of one engine goes into the other, and numbers go on after them", async () => {
  const from = await openPgliteInMemory();
  const to = await openTestDatabase();
  try {
    await migrate(from);
    for (const statement of ROWS) await from.query(statement);
    const tables = await tablesInOrder(from);
    expect(tables.indexOf("records")).toBeLessThan(tables.indexOf("replication_queue"));
    expect(await tablesInOrder(to)).toEqual(tables);
    for (const table of tables) {
      for await (const piece of dumpTable(from, table)) await loadPiece(to, table, piece);
    }
    await resetIdentities(to);
    const contents = await contentsOf(from);
    expect(await contentsOf(to)).toEqual(contents);
    expect(contents["records"]).toHaveLength(599);
    const again: string[] = [];
    for await (const piece of dumpTable(to, "sticky_revocations"))
      again.push(Buffer.from(piece).toString("utf8"));
    expect(again).toEqual(['[{"consent":"c","stored_at":1,"revocation":"\\\\x00ff27225c"}]\n']);
    const added = await to.query(
      `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
       values ('n', 'n', 's', 'o', '\\x', 'p', 's', 'w', 'c', true) returning position`,
    );
    expect(added).toEqual([{ position: 601 }]);
  } finally {
    await from.close();
  }
}, 120_000);

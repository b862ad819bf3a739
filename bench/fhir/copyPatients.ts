import type { Database } from "@anamnesis/core/ports/database";

/** A random id: its first four digits give way to the copy's mark. */
const ID = "([0-9a-f]{4})([0-9a-f]{4}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})";
/** `k` is no digit of a random id, so that no copy has the id of what it is a copy of. */
const MARK = "'k' || lpad(to_hex(copy), 3, '0')";

const id = (column: string): string => `regexp_replace(${column}, '${ID}', ${MARK} || '\\2', 'g')`;
const name = (column: string): string =>
  `regexp_replace(${column}, '(family)([0-9]+)', 'x' || copy || '\\1\\2', 'gi')`;

const ATTRIBUTES = ["origin", "kind", "segment", "day_from", "day_to"];
const PLACE = ["key", "item"];

/** Each table's columns but `row`; with an expression where a copy's differ. */
const TABLES: readonly (readonly [table: string, same: readonly string[], other: Record<string, string>])[] =
  [
    ["fhir_resources", ["type", "version", "updated", "deleted", ...ATTRIBUTES], { id: id("id") }],
    [
      "fhir_versions",
      ["version", "type", "updated", "method", ...ATTRIBUTES],
      { content: name(id("content")) },
    ],
    [
      "fhir_tokens",
      [...PLACE, "system", "text"],
      { code: `case when system = 'urn:bench' then code || 'x' || copy else code end` },
    ],
    ["fhir_strings", PLACE, { folded: name("folded"), exact: name("exact") }],
    ["fhir_dates", [...PLACE, "low", "high"], {}],
    ["fhir_numbers", [...PLACE, "low", "high", "system", "code", "unit"], {}],
    ["fhir_uris", [...PLACE, "uri"], {}],
    [
      "fhir_references",
      [...PLACE, "target_type", "url", "identifier_system", "identifier_value"],
      { target_id: id("target_id") },
    ],
    ["fhir_positions", [...PLACE, "latitude", "longitude"], {}],
    ["fhir_texts", ["words"], {}],
    ["fhir_links", ["target_type"], { target_id: id("target_id") }],
  ];

/**
 * Copies everything that stands in the tables of an FHIR server, with ids, family names and identifiers of each copy's own, as if it had been written: by a statement for each table, since hundreds of
 * thousands of writes would take an hour. Rows of a copy follow those of the one before. Indexes are made again at the end.
 */
export async function copyPatients(db: Database, copies: number): Promise<void> {
  await db.transaction(async (tx) => {
    // Rows that stand there refer to rows that stand there, and so do their copies.
    await tx.query("set local session_replication_role = replica");
    const indexes = await tx.query<{ readonly name: string; readonly definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes
       where tablename = any($1::text[]) and indexdef not like 'CREATE UNIQUE%'`,
      [TABLES.map(([table]) => table)],
    );
    for (const index of indexes) await tx.query(`drop index ${index.name}`);
    const [{ size } = { size: 0 }] = await tx.query<{ readonly size: number }>(
      "select max(row) as size from fhir_resources",
    );
    for (const [table, same, other] of TABLES) {
      await tx.query(
        `insert into ${table} (${["row", ...same, ...Object.keys(other)].join(", ")}) overriding system value
         select ${[`row + copy * ${size}`, ...same, ...Object.values(other)].join(", ")}
         from generate_series(1, ${copies}) as copy, ${table} order by copy, row`,
      );
    }
    for (const index of indexes) await tx.query(index.definition);
  });
}

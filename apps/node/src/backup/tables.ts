import type { Queryable } from "@anamnesis/core/ports/database";

/** Rows of one statement. */
const ROWS = 256;

/** Of the engine and of the schema, not of the node: each database has its own. */
const NOT_STATE: readonly string[] = ["schema_version", "database_owner"];

/**
 * Every table of the node's state, those that others refer to first: what a migration adds is in the
 * backup without anyone thinking of it.
 */
export async function tablesInOrder(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ name: string }>(
    `select tablename::text as name from pg_tables
     where schemaname = current_schema() and tablename <> all($1) order by tablename`,
    [NOT_STATE],
  );
  const references = await db.query<{ from: string; to: string }>(
    `select f.relname::text as "from", t.relname::text as "to" from pg_constraint c
     join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid
     where c.contype = 'f' and c.conrelid <> c.confrelid
       and f.relnamespace = (select oid from pg_namespace where nspname = current_schema())`,
  );
  const ordered: string[] = [];
  const add = (name: string): void => {
    if (ordered.includes(name)) return;
    for (const { from, to } of references) if (from === name) add(to);
    ordered.push(name);
  };
  for (const { name } of rows) add(name);
  return ordered;
}

/**
 * All rows of a table in pieces, each a JSON array as PostgreSQL writes its own rows, so that they go into either engine as they
 * came out. Nothing else may use the database meanwhile: rows are walked by their place.
 */
export async function* dumpTable(db: Queryable, table: string): AsyncGenerator<Uint8Array> {
  for (let place = "(0,0)"; ;) {
    const rows = await db.query<{ place: string; row: string }>(
      `select t.ctid::text as place, row_to_json(t)::text as row from "${table}" t
       where t.ctid > $1::text::tid order by t.ctid limit ${ROWS}`,
      [place],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield Buffer.from(`[${rows.map(({ row }) => row).join(",\n")}]\n`);
    place = last.place;
  }
}

/** Puts one piece of `dumpTable` into a table of the same columns. Throws `database-failed`. */
export async function loadPiece(db: Queryable, table: string, piece: Uint8Array): Promise<void> {
  await db.query(
    `insert into "${table}" overriding system value
     select * from json_populate_recordset(null::"${table}", $1::text::json)`,
    [Buffer.from(piece).toString("utf8")],
  );
}

/** After rows were loaded with their numbers: the next number that a table gives is one that it has not. */
export async function resetIdentities(db: Queryable): Promise<void> {
  const columns = await db.query<{ table: string; column: string }>(
    `select table_name::text as "table", column_name::text as "column" from information_schema.columns
     where table_schema = current_schema() and is_identity = 'YES'`,
  );
  for (const { table, column } of columns) {
    await db.query(
      `select setval(pg_get_serial_sequence($1::text, $2::text), greatest(max("${column}"), 1), max("${column}") is not null)
       from "${table}"`,
      [`"${table}"`, column],
    );
  }
}

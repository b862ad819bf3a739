import type { Queryable } from "@anamnesis/core/ports/database";

/** Counts of this session that are not in the statistics yet. */
const FLUSH = "select pg_stat_force_next_flush()";

/** The defaults of autovacuum: so many rows, and a share of those of the table (PostgreSQL's manual, routine-vacuuming.html#AUTOVACUUM). */
const DUE = `
  select s.relid::regclass::text as name, s.vacuum
  from (select t.*, n_dead_tup > 50 + 0.2 * rows or n_ins_since_vacuum > 1000 + 0.2 * rows as vacuum, n_mod_since_analyze > 50 + 0.1 * rows as analyze
        from (select u.*, greatest(c.reltuples, 0) as rows from pg_stat_user_tables u join pg_class c on c.oid = u.relid) t) s
  where s.vacuum or s.analyze`;

/**
 * What PostgreSQL's autovacuum would do now, as statements: dead rows are made free, and tables are counted. The embedded engine is one process and has none: a plan that was made when a
 * table was empty would read all of it for ever.
 */
export async function tablesDue({ query }: Queryable): Promise<readonly string[]> {
  await query(FLUSH);
  const due = await query<{ readonly name: string; readonly vacuum: boolean }>(DUE);
  return due.map(({ name, vacuum }) => `${vacuum ? "vacuum (analyze)" : "analyze"} ${name}`);
}

/** Behind what autovacuum looks at once a minute, and far behind its threshold: a table that has grown by half since it was counted, and by more than a small table has. */
const GROWN = `
  select s.relid::regclass::text as name from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where c.relnamespace = current_schema()::regnamespace and s.n_mod_since_analyze > 1000 + 0.5 * greatest(c.reltuples, 0)`;

/**
 * What a server's autovacuum comes to within a minute or two, after a big import too late: until a table is counted, searches are planned as if it were as small as it was. Each is some ten thousand rows
 * to look at, however large the table; one that autovacuum is at is left to it.
 */
export async function tablesGrown({ query }: Queryable): Promise<readonly string[]> {
  const grown = await query<{ readonly name: string }>(GROWN);
  return grown.map(({ name }) => `analyze (skip_locked) ${name}`);
}

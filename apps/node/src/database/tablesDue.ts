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

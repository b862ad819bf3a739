/** What a statement begins with whose best plan depends on its values: one of them is met by a few rows and another one by half of a table. */
export const PLANNED_ANEW = "/* planned anew */";

/** Values that a query takes and gives: what PostgreSQL's text, bigint, bytea, boolean and jsonb become. */
export type SqlValue = string | number | boolean | Uint8Array | null | readonly string[] | readonly number[];

/** A row; `bigint` columns come as numbers (they hold only safe integers), `bytea` as bytes, `jsonb` parsed. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * One statement at a time, `$1`, `$2`, … for values. Engines keep the plan of a statement that comes again, for whatever values; one that begins with `PLANNED_ANEW` is planned for its values at each run.
 */
export interface Queryable {
  query<R extends Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly R[]>;
}

/**
 * The node's database. Statements outside a transaction are durable when their promise resolves, transactions when
 * `transaction` does. Both are serialisable: what is kept is as if they had run one after the other, each of them after
 * all that had resolved before it began.
 *
 * Throws `database-failed` (with the SQLSTATE), and `database-unavailable` when the engine cannot be reached: then it is
 * not known whether what was asked took effect, and the caller asks again.
 */
export interface Database extends Queryable {
  /**
   * A transaction that throws is rolled back whole; so is one in which a statement failed, whatever `work` made of it.
   * `work` may be run again from its beginning after a conflict with another transaction: it MUST change nothing but `tx`,
   * and MUST NOT use the database past `tx`, which could wait for itself.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Resolves when what is under way is done and the engine is let go; another process may open it then. */
  close(): Promise<void>;
}

/** Values that a query takes and gives: what PostgreSQL's text, bigint, bytea, boolean and jsonb become. */
export type SqlValue = string | number | boolean | Uint8Array | null | readonly string[] | readonly number[];

/** A row; `bigint` columns come as numbers (they hold only safe integers), `bytea` as bytes, `jsonb` parsed. */
export type Row = Readonly<Record<string, unknown>>;

/** One statement at a time, `$1`, `$2`, … for values. */
export interface Queryable {
  query<R extends Row>(sql: string, values?: readonly SqlValue[]): Promise<readonly R[]>;
}

/**
 * The node's database. Statements outside a transaction are durable when their promise resolves, transactions when
 * `transaction` does. A transaction that throws is rolled back whole.
 */
export interface Database extends Queryable {
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

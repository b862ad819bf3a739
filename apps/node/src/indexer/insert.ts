import type { Queryable, SqlValue } from "@anamnesis/core/ports/database";

/**
 * Adds a row; where there is one already, that one stays.
 * @param row column names are the caller's own, never input.
 */
export async function insert(
  tx: Queryable,
  table: string,
  row: Readonly<Record<string, SqlValue>>,
): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, i) => `$${i + 1}`).join(", ");
  await tx.query(
    `insert into ${table} (${columns.join(", ")}) values (${places}) on conflict do nothing`,
    Object.values(row),
  );
}

/** What anyone may write on the ledger must not stop its copy: PostgreSQL stores every text but one with U+0000. */
export function storable(text: string): string {
  return text.replaceAll("\0", "\u{fffd}");
}

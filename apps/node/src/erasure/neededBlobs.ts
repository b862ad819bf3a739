import type { Cid } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

/** Those of the blobs that a record here names which is not erased: a record of another author cannot take them away by being erased itself. */
export async function neededBlobs(db: Queryable, cids: readonly Cid[]): Promise<ReadonlySet<Cid>> {
  const needed = new Set<Cid>();
  for (const column of ["wrap", "session", "content"]) {
    const rows = await db.query<{ cid: Cid }>(
      `select distinct r.${column} as cid from records r where r.${column} = any($1)
         and not exists (select 1 from sticky_erasures s where s.record = r.record)`,
      [cids],
    );
    for (const { cid } of rows) needed.add(cid);
  }
  return needed;
}

import type { Cid } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { neededBlobs } from "./neededBlobs.ts";

/** True for a blob that erased records name and no other: it must not come back. */
export async function isErasedBlob(db: Queryable, cid: Cid): Promise<boolean> {
  const named = await db.query(
    `select 1 as one from records r join sticky_erasures s on s.record = r.record
     where r.wrap = $1 or r.content = $1 limit 1`,
    [cid],
  );
  return named.length > 0 && !(await neededBlobs(db, [cid])).has(cid);
}

import type { DeclineList } from "@anamnesis/api/routes/recordVerbs";
import type { RecordId } from "@anamnesis/core/ids";
import { decline } from "@anamnesis/core/record/decline";
import type { NodeContext } from "../context.ts";

/** What this node keeps of those who declined these records, in the order in which it came; nothing of an erased one. */
export async function declinesOf(
  { db }: Pick<NodeContext, "db">,
  records: readonly RecordId[],
): Promise<DeclineList> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    `select bytes from declines d where record = any($1)
       and not exists (select 1 from sticky_erasures s where s.record = d.record)
     order by number`,
    [records],
  );
  return { declines: rows.map(({ bytes }) => decline.decode(bytes)) };
}

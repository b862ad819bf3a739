import type { BodyLabel, SegmentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** `blabel` of this organisation's newest header in the segment, or `null`. */
export async function segmentHead(context: NodeContext, segment: SegmentId): Promise<BodyLabel | null> {
  const rows = await context.db.query<{ label: BodyLabel }>(
    "select label from records where segment = $1 and organisation = $2 order by position desc limit 1",
    [segment, context.organisation],
  );
  return rows[0]?.label ?? null;
}

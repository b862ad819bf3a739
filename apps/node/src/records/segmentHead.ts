import type { BodyLabel, SegmentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { chainHead } from "./keepRecords.ts";

/** `blabel` of this organisation's newest header in the segment, or `null`. */
export async function segmentHead(context: NodeContext, segment: SegmentId): Promise<BodyLabel | null> {
  return chainHead(context.db, segment, context.organisation);
}

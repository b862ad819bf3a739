import type { SegmentState } from "@anamnesis/api/routes/exchange";
import type { Digest, SegmentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { chainHeads } from "../records/keepRecords.ts";

/** What who writes into segments asks before: the digest of the newest card of each, and this organisation's newest header in it. */
export async function segmentStates(
  { db, organisation }: Pick<NodeContext, "db" | "organisation">,
  segments: readonly SegmentId[],
): Promise<readonly SegmentState[]> {
  const cards = await newestCardDigests(db, segments);
  const heads = await chainHeads(db, segments, organisation);
  return segments.map((segment) => ({
    newestCard: cards.get(segment) ?? null,
    previous: heads.get(segment) ?? null,
  }));
}

/** Digests of the newest cards; a segment that this node knows nothing of is not in the map. */
export async function newestCardDigests(
  db: Queryable,
  segments: readonly SegmentId[],
): Promise<ReadonlyMap<SegmentId, Digest>> {
  const rows = await db.query<{ segment: SegmentId; digest: Digest }>(
    `select wanted.segment, c.digest from unnest($1::text[]) as wanted (segment) cross join lateral
       (select digest from cards where segment = wanted.segment order by number desc limit 1) c`,
    [segments],
  );
  return new Map(rows.map(({ segment, digest }) => [segment, digest]));
}

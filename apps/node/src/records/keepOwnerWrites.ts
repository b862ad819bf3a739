import { AnamnesisError } from "@anamnesis/core/errors";
import type { Day, SegmentId } from "@anamnesis/core/ids";
import { isOwners } from "@anamnesis/core/record/isOwners";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { CheckedRecord } from "./keepRecords.ts";

/** A day's room of one segment, and of all of them together at this node. Anybody can make a segment. */
const SEGMENT = { records: 500, bytes: 128 * 1024 * 1024 };
const NODE_BYTES = 4 * 1024 * 1024 * 1024;

/**
 * Counts what comes from segments' owners, through this node or another, in the transaction that keeps it. Throws `busy` when a segment's or the node's room for a day is used
 * up; then nothing of the batch is kept.
 */
export async function keepOwnerWrites(
  tx: Queryable,
  day: Day,
  fresh: readonly Pick<CheckedRecord, "header">[],
): Promise<void> {
  const written = new Map<SegmentId, { records: number; bytes: number }>();
  for (const { header } of fresh) {
    const { core, contentBytes } = header.body;
    if (!isOwners(core)) continue;
    const sum = written.get(core.segment) ?? { records: 0, bytes: 0 };
    written.set(core.segment, { records: sum.records + 1, bytes: sum.bytes + contentBytes });
  }
  if (written.size === 0) return;
  for (const [segment, { records, bytes }] of written) {
    const [sum] = await tx.query<{ records: number; bytes: string }>(
      `insert into owner_writes (day, segment, records, bytes) values ($1, $2, $3, $4)
       on conflict (day, segment) do update
         set records = owner_writes.records + excluded.records, bytes = owner_writes.bytes + excluded.bytes
       returning records, bytes::text as bytes`,
      [day, segment, records, bytes],
    );
    if ((sum?.records ?? 0) > SEGMENT.records || Number(sum?.bytes) > SEGMENT.bytes) throw noRoom();
  }
  const [all] = await tx.query<{ bytes: string }>(
    "select coalesce(sum(bytes), 0)::text as bytes from owner_writes where day = $1",
    [day],
  );
  if (Number(all?.bytes) > NODE_BYTES) throw noRoom();
  await tx.query("delete from owner_writes where day < $1", [day - 1]);
}

function noRoom(): AnamnesisError<"busy"> {
  return new AnamnesisError({
    code: "busy",
    rule: "A node takes so much from segments' owners in a day.",
    fix: "Go on tomorrow, or through another home of the segment.",
    meta: { retryAfter: 3600 },
  });
}

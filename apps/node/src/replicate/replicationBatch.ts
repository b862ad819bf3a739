import { MAX_INLINE_CONTENT, type RecordBatch } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, Digest, OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import { header, type Header } from "@anamnesis/core/record/header";
import { type Session, session } from "@anamnesis/core/record/session";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { findPermits } from "../segments/permitStore.ts";
import type { RecordParts } from "./recentRecords.ts";

/** Records of one put: large enough to share its costs, small enough that a busy home answers in time. */
const RECORDS_PER_PUT = 128;
/** Most distinct permits of one put, as the route has it. */
const MAX_PERMITS_PER_PUT = 64;
/** Bytes of ciphertext that one put carries at most, so that a batch stays small in the memory of both nodes. */
const MAX_PUT_BYTES = 4 * 1024 * 1024;

interface QueueRow {
  readonly position: number;
  readonly record: RecordId;
  readonly segment: SegmentId;
  readonly permit: Digest;
  /** `null` of a record that came as a header alone. */
  readonly session: Cid | null;
  /** Only its header is brought, so that the author's chain is whole everywhere. */
  readonly erased: boolean;
  readonly attempts: number;
  readonly [column: string]: unknown;
}

export interface QueuedRecord extends QueueRow {
  readonly header: Header;
  /** What of it is in memory. */
  readonly parts: RecordParts | null;
}

/** The next records for a home that are due, in the order of writing; empty when nothing is due. */
export async function nextForHome(
  { db, clock, recent }: Pick<NodeContext, "db" | "clock" | "recent">,
  home: OrganisationId,
): Promise<readonly QueuedRecord[]> {
  const rows = await db.query<QueueRow>(
    `select q.position, q.attempts, r.record, r.segment, r.permit, r.session,
            exists (select 1 from sticky_erasures s where s.record = r.record) as erased
     from replication_queue q join records r on r.position = q.position
     where q.home = $1 and q.retry_at <= $2 order by q.position limit $3`,
    [home, clock.now(), RECORDS_PER_PUT],
  );
  const remembered = new Map(rows.map(({ position, record }) => [position, recent.get(record)]));
  const headers = await headersAt(
    db,
    rows.map(({ position }) => position).filter((position) => remembered.get(position) === null),
  );
  const permits = new Set<Digest>();
  let bytes = 0;
  const batch: QueuedRecord[] = [];
  for (const row of rows) {
    const parts = remembered.get(row.position) ?? null;
    const value = parts?.header ?? headers.get(row.position);
    if (value === undefined) break;
    permits.add(row.permit);
    bytes += inlineBytes(row, value);
    if (batch.length > 0 && (permits.size > MAX_PERMITS_PER_PUT || bytes > MAX_PUT_BYTES)) break;
    batch.push({ ...row, header: value, parts });
  }
  return batch;
}

async function headersAt(db: Queryable, positions: readonly number[]): Promise<ReadonlyMap<number, Header>> {
  if (positions.length === 0) return new Map();
  const rows = await db.query<{ position: number; header: Uint8Array }>(
    "select position, header from records where position = any($1)",
    [positions],
  );
  return new Map(rows.map((row) => [row.position, header.decode(row.header)]));
}

function inlineBytes({ erased }: QueueRow, { body }: Header): number {
  return erased || body.contentBytes > MAX_INLINE_CONTENT ? 0 : body.contentBytes;
}

export interface OutgoingBatch {
  readonly batch: RecordBatch;
  /** Contents that are too large to travel inside: to be put first, as blobs. */
  readonly largeContents: readonly Cid[];
}

/** What `putRecords` takes, from memory or this node's disk. Throws `replica-incomplete`, `blob-corrupt`. */
export async function outgoingBatch(
  context: Pick<NodeContext, "db" | "blobs">,
  rows: readonly QueuedRecord[],
): Promise<OutgoingBatch> {
  const sessions = new Map<Cid, Session>();
  const named = [...new Set(rows.map((row) => row.permit))];
  const permits = await findPermits(context.db, named);
  if (permits.size < named.length) throw incomplete("permit");
  const largeContents: Cid[] = [];
  const records: RecordBatch["records"][number][] = [];
  for (const { header: value, parts, erased, session: cid } of rows) {
    const alone = { header: value, wrap: null, content: null, endorsement: null, amends: null };
    if (erased || cid === null) {
      records.push(alone);
      continue;
    }
    if (!sessions.has(cid)) {
      sessions.set(cid, parts?.session ?? session.decode(await blob(context, cid)));
    }
    const { wrap, content, contentBytes } = value.body;
    const large = contentBytes > MAX_INLINE_CONTENT;
    if (large) largeContents.push(content);
    records.push({
      ...alone,
      wrap: parts?.wrap ?? (await blob(context, wrap)),
      content: large ? null : (parts?.content ?? (await blob(context, content))),
    });
  }
  return {
    batch: { sessions: [...sessions.values()], permits: [...permits.values()], records },
    largeContents,
  };
}

/** Throws `replica-incomplete` when it is not there. */
async function blob({ blobs }: Pick<NodeContext, "blobs">, cid: Cid): Promise<Uint8Array> {
  const bytes = await blobs.get(cid);
  if (bytes === null) throw incomplete("blob");
  return bytes;
}

export function incomplete(part: "permit" | "blob"): AnamnesisError<"replica-incomplete"> {
  return new AnamnesisError({
    code: "replica-incomplete",
    rule: "A node that accepted a record keeps all of its parts until its homes have them.",
    fix: "Restore this node's blob folder and database from one and the same backup.",
    meta: { part },
  });
}

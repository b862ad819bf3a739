import { permit, type Permit, permitDigest } from "@anamnesis/core/segment/permit";
import type { Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Queryable } from "@anamnesis/core/ports/database";

/** The permit with this EIP-712 digest, or `null`. */
export async function findPermit(db: Queryable, digest: Digest): Promise<Permit | null> {
  const rows = await db.query<{ bytes: Uint8Array }>("select bytes from permits where digest = $1", [digest]);
  return rows[0] === undefined ? null : permit.decode(rows[0].bytes);
}

/** All permits under which something may stand in a segment. */
export async function permitsOf(db: Queryable, segment: SegmentId): Promise<readonly Permit[]> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    "select bytes from permits where segment = $1 order by digest",
    [segment],
  );
  return rows.map((row) => permit.decode(row.bytes));
}

/** The permits under which an organisation may append to a segment. */
export async function permitsFor(
  db: Queryable,
  segment: SegmentId,
  organisation: OrganisationId,
): Promise<readonly Permit[]> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    "select bytes from permits where segment = $1 and organisation = $2 order by digest",
    [segment, organisation],
  );
  return rows.map((row) => permit.decode(row.bytes));
}

/**
 * In the caller's transaction. The caller has verified it against the segment's current owner, whose signature takes the place of one of
 * an owner before.
 */
export async function keepPermit(tx: Queryable, identity: LedgerIdentity, value: Permit): Promise<void> {
  await tx.query(
    "insert into permits (digest, segment, organisation, bytes) values ($1, $2, $3, $4) on conflict (digest) do update set bytes = excluded.bytes",
    [permitDigest(identity, value.body), value.body.segment, value.body.organisation, permit.encode(value)],
  );
}

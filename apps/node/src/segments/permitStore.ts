import { toHex } from "@anamnesis/core/encoding/bytes";
import { permit, type Permit, permitDigest } from "@anamnesis/core/segment/permit";
import type { Digest, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Queryable } from "@anamnesis/core/ports/database";

/** The permit with this EIP-712 digest, or `null`. */
export async function findPermit(db: Queryable, digest: Digest): Promise<Permit | null> {
  const rows = await db.query<{ bytes: Uint8Array }>("select bytes from permits where digest = $1", [digest]);
  return rows[0] === undefined ? null : permit.decode(rows[0].bytes);
}

/** The permits with these digests; one that is not here is not in the map. */
export async function findPermits(
  db: Queryable,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, Permit>> {
  const rows = await db.query<{ digest: Digest; bytes: Uint8Array }>(
    "select digest, bytes from permits where digest = any($1)",
    [digests],
  );
  return new Map(rows.map(({ digest, bytes }) => [digest, permit.decode(bytes)]));
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

/** As `keepPermit`, many at once, each under its own digest. */
export async function keepPermits(tx: Queryable, permits: ReadonlyMap<Digest, Permit>): Promise<void> {
  const bodies = [...permits.values()].map(({ body }) => body);
  await tx.query(
    `insert into permits (digest, segment, organisation, bytes)
     select digest, segment, organisation, decode(bytes, 'hex')
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as p (digest, segment, organisation, bytes)
     on conflict (digest) do update set bytes = excluded.bytes`,
    [
      [...permits.keys()],
      bodies.map((body) => body.segment),
      bodies.map((body) => body.organisation),
      [...permits.values()].map((value) => toHex(permit.encode(value)).slice(2)),
    ],
  );
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

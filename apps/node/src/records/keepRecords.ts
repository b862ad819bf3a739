import { toHex } from "@anamnesis/core/encoding/bytes";
import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import {
  type BodyLabel,
  type Cid,
  dayOf,
  type Digest,
  type OrganisationId,
  type RecordId,
  type SegmentId,
} from "@anamnesis/core/ids";
import type { Header } from "@anamnesis/core/record/header";
import { isOwners } from "@anamnesis/core/record/isOwners";
import type { VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import type { Card } from "@anamnesis/core/segment/card";
import type { Permit } from "@anamnesis/core/segment/permit";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { keepPermits } from "../segments/permitStore.ts";
import { badRecord } from "./badRecord.ts";
import { keepOwnerWrites } from "./keepOwnerWrites.ts";
import { canAmend, keepRecordWishes } from "./recordWishes.ts";

/** A record whose parts were found to belong together. */
export interface CheckedRecord {
  readonly header: Header;
  /** Its encoding. */
  readonly bytes: Uint8Array;
  readonly verified: VerifiedHeader;
  /** `null` of an erased record, which is kept as a header alone. */
  readonly session: Cid | null;
  readonly card: Card;
  readonly permit: Permit;
  readonly put: RecordBatch["records"][number];
}

interface NewRecord extends CheckedRecord {
  readonly own: boolean;
}

/**
 * Writes the rows of a batch, and for own records what their homes still need; rows that are there already are left as
 * they are. Returns the records that are new. Throws `bad-record`, `chain-conflict`; then nothing of the batch is kept.
 */
export async function keepRecords(
  context: NodeContext,
  tx: Queryable,
  batch: readonly CheckedRecord[],
): Promise<ReadonlySet<RecordId>> {
  // One batch after the other, each before it reads anything: so positions stand in the order in which batches are
  // kept, and who goes by them skips none. Readers do not wait.
  await tx.query("lock table records in share row exclusive mode");
  // What an erased record brought with it, before this node knew or again, is to be deleted.
  await tx.query("update sticky_erasures set settled = false, touched = touched + 1 where record = any($1)", [
    batch.map((item) => item.verified.record),
  ]);
  const fresh = await newRecords(context, tx, batch);
  if (fresh.length === 0) return new Set();
  await keepOwnerWrites(tx, dayOf(context.clock.now()), fresh);
  const permits = new Map<Digest, Permit>(fresh.map((item) => [item.header.body.core.permit, item.permit]));
  await keepPermits(tx, permits);
  const bodies = fresh.map((item) => item.header.body);
  const rows = await tx.query<{ position: number; label: BodyLabel }>(
    `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
     select record, label, segment, organisation, decode(header, 'hex'), permit, nullif(session, ''), wrap, content, organisation = $10
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       with ordinality as r (record, label, segment, organisation, header, permit, session, wrap, content, place)
     order by place returning position, label`,
    [
      fresh.map((item) => item.verified.record),
      fresh.map((item) => item.verified.label),
      bodies.map((body) => body.core.segment),
      bodies.map((body) => body.core.organisation),
      fresh.map((item) => toHex(item.bytes).slice(2)),
      bodies.map((body) => body.core.permit),
      fresh.map((item) => item.session ?? ""),
      bodies.map((body) => body.wrap),
      bodies.map((body) => body.content),
      context.organisation,
    ],
  );
  const positions = new Map(rows.map((row) => [row.label, row.position]));
  const waiting = new Map<string, number[]>();
  for (const { own, card, verified, put } of fresh) {
    const position = positions.get(verified.label);
    if (!own || position === undefined) continue;
    await keepRecordWishes(tx, position, { verified, put });
    for (const home of card.body.homes) {
      if (home !== context.organisation) waiting.set(home, [...(waiting.get(home) ?? []), position]);
    }
  }
  for (const [home, list] of waiting) {
    await tx.query("insert into replication_queue (position, home) select unnest($1::bigint[]), $2", [
      list,
      home,
    ]);
  }
  return new Set(fresh.map(({ verified }) => verified.record));
}

/** What of the batch is not there yet, its chains checked in order. */
async function newRecords(
  context: NodeContext,
  tx: Queryable,
  batch: readonly CheckedRecord[],
): Promise<readonly NewRecord[]> {
  const known = await tx.query<{ label: BodyLabel; record: RecordId; organisation: string }>(
    "select label, record, organisation from records where label = any($1) or record = any($2)",
    [batch.map((item) => item.verified.label), batch.map((item) => item.verified.record)],
  );
  const labels = new Set(known.map((row) => row.label));
  const records = new Set(known.map((row) => `${row.record}${row.organisation}`));
  const isOwn = ({ organisation }: Header["body"]["core"]): boolean => organisation === context.organisation;
  const ownCores = batch.map((item) => item.header.body.core).filter(isOwn);
  const heads = await chainHeads(
    tx,
    [...new Set(ownCores.map((core) => core.segment))],
    context.organisation,
  );
  const today = dayOf(context.clock.now());
  const amended = new Set<RecordId>();
  const fresh: NewRecord[] = [];
  for (const [index, item] of batch.entries()) {
    const { core } = item.header.body;
    const { record, label } = item.verified;
    if (labels.has(label)) continue;
    // A second header with the same U would be refused by every custodian; the author must not anchor it.
    const name = `${record}${core.organisation}`;
    if (records.has(name)) throw badRecord("repeated", index);
    const own = isOwn(core);
    if (own) {
      // Custodians go by the day of the anchor, which is still to come: under a permit that is over nobody could open it.
      if (today > dayOf(item.permit.body.notAfter)) throw badRecord("permit", index);
      if ((heads.get(core.segment) ?? null) !== core.previous) throw chainConflict();
      heads.set(core.segment, label);
      const earlier = item.put.amends?.record;
      if (earlier !== undefined) {
        // One record has one successor; the ledger would refuse the second one.
        const free =
          !amended.has(earlier) &&
          (await canAmend(tx, context.organisation, core.segment, earlier, isOwners(core)));
        if (!free) throw badRecord("amends", index);
        amended.add(earlier);
      }
    }
    labels.add(label);
    records.add(name);
    fresh.push({ ...item, own });
  }
  return fresh;
}

/** `blabel` of an organisation's newest header in each of these segments where it has one. */
export async function chainHeads(
  tx: Queryable,
  segments: readonly SegmentId[],
  organisation: OrganisationId,
): Promise<Map<SegmentId, BodyLabel>> {
  if (segments.length === 0) return new Map();
  // One look into the index for each segment, however many headers it has.
  const rows = await tx.query<{ segment: SegmentId; label: BodyLabel }>(
    `select wanted.segment, h.label from unnest($1::text[]) as wanted (segment) cross join lateral
       (select label from records r where r.segment = wanted.segment and r.organisation = $2
        order by position desc limit 1) h`,
    [segments, organisation],
  );
  return new Map(rows.map(({ segment, label }) => [segment, label]));
}

function chainConflict(): AnamnesisError<"chain-conflict"> {
  return new AnamnesisError({
    code: "chain-conflict",
    rule: "Each header names the organisation's previous one in its segment.",
    fix: "Ask for the segment's head and seal the remaining records on it.",
  });
}

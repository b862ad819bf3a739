import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Cid, dayOf, type Digest, type OrganisationId, type RecordId } from "@anamnesis/core/ids";
import { type Header, header } from "@anamnesis/core/record/header";
import { type Session, session } from "@anamnesis/core/record/session";
import { verifyHeader, type VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import { wrap } from "@anamnesis/core/record/wrap";
import type { Card } from "@anamnesis/core/segment/card";
import { type Permit, permitDigest, permitTypedData } from "@anamnesis/core/segment/permit";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { activeCommittee } from "../committee/activeCommittee.ts";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "../database/database.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { newestCard } from "../segments/cardStore.ts";
import { findPermit, keepPermit } from "../segments/permitStore.ts";
import { signsFor } from "./signsFor.ts";

interface Checked {
  readonly header: Header;
  readonly verified: VerifiedHeader;
  readonly session: Cid;
  readonly card: Card;
  readonly permit: Permit;
  readonly put: RecordBatch["records"][number];
}

/** What of a record does not fit, by a word that names no value. */
export type BadRecordReason =
  | "committee"
  | "wrap"
  | "session"
  | "content"
  | "permit"
  | "segment"
  | "epoch"
  | "author"
  | "day"
  | "repeated";

function badRecord(reason: BadRecordReason, index: number): AnamnesisError<"bad-record"> {
  return new AnamnesisError({
    code: "bad-record",
    rule: "A record's header, wrap, content, session, permit and card belong together.",
    fix: "Seal the record again with the segment's newest card and a permit that is valid today.",
    meta: { reason, index },
  });
}

/**
 * Takes sealed records: from a device of this organisation (then this node is their author's node, in the order of
 * their chain) or as a home of their segment from another node. All of a batch or nothing: when it resolves, blobs
 * and rows are on this node's disk. The same records again succeed and change nothing.
 *
 * Throws `bad-header`, `bad-record`, `chain-conflict`, `not-authorised`.
 */
export async function putRecords(context: NodeContext, batch: RecordBatch): Promise<readonly RecordId[]> {
  const checked: Checked[] = [];
  const sessions = new Map(batch.sessions.map((value) => [session.cid(value), value]));
  const permits = new Map(
    batch.permits.map((value) => [permitDigest(context.ledger.identity, value.body), value]),
  );
  for (const [index, put] of batch.records.entries()) {
    checked.push(await check(context, put, index, sessions, permits));
  }
  await Promise.all([
    ...[...sessions].map(([cid, value]) => context.blobs.put(cid, session.encode(value))),
    ...checked.flatMap(({ put, header: { body } }) => [
      context.blobs.put(body.wrap, put.wrap),
      ...(put.content === null ? [] : [context.blobs.put(body.content, put.content)]),
    ]),
  ]);
  await context.db.transaction(async (tx) => {
    for (const [index, item] of checked.entries()) await keep(context, tx, item, index);
  });
  context.metrics.count("records_accepted_total", {}, checked.length);
  context.wake("replicate");
  return checked.map((item) => item.verified.record);
}

async function check(
  context: NodeContext,
  put: RecordBatch["records"][number],
  index: number,
  sessions: ReadonlyMap<Cid, Session>,
  permits: ReadonlyMap<Digest, Permit>,
): Promise<Checked> {
  const { body } = put.header;
  const { core } = body;
  const committee = await activeCommittee(context);
  if (committee === null || core.committee !== committee.id) throw badRecord("committee", index);
  const verified = verifyHeader(put.header, committee.publicKey);
  const card = await newestCard(context.db, core.segment);
  if (card === null) throw badRecord("segment", index);
  if (core.epoch > card.body.epoch) throw badRecord("epoch", index);
  const own = core.organisation === context.organisation;
  if (!own && !card.body.homes.includes(context.organisation)) throw notAuthorised("homes of the segment");
  if (!(await signsFor(context.copy, core.organisation, core.author, verified.signer))) {
    throw badRecord("author", index);
  }
  const today = dayOf(context.clock.now());
  if (core.day > today + 1) throw badRecord("day", index);
  const permit = permits.get(core.permit) ?? (await findPermit(context.db, core.permit));
  if (permit === null || !coversRecord(context, permit, put.header, card)) throw badRecord("permit", index);
  const sessionCid = await checkWrap(context, put, index, sessions);
  await checkContent(context, put, index);
  return { header: put.header, verified, session: sessionCid, card, permit, put };
}

/** The owner's permit for this organisation and segment, valid on the day of writing. */
function coversRecord(context: NodeContext, permit: Permit, { body: { core } }: Header, card: Card): boolean {
  return (
    permit.body.organisation === core.organisation &&
    permit.body.segment === core.segment &&
    core.day <= dayOf(permit.body.notAfter) &&
    verifyBy(
      typedDataDigest(permitTypedData(context.ledger.identity, permit.body)),
      permit.signature,
      card.body.owner,
    )
  );
}

async function checkWrap(
  context: NodeContext,
  put: RecordBatch["records"][number],
  index: number,
  sessions: ReadonlyMap<Cid, Session>,
): Promise<Cid> {
  const { core, wrap: named } = put.header.body;
  if (cidOf(put.wrap, CODEC_DAG_CBOR) !== named) throw badRecord("wrap", index);
  const { session: cid } = wrap.decode(put.wrap);
  const given = sessions.get(cid);
  const stored = given === undefined ? await context.blobs.get(cid) : null;
  const found = given ?? (stored === null ? null : session.decode(stored));
  if (found === null || found.segment !== core.segment || found.epoch !== core.epoch) {
    throw badRecord("session", index);
  }
  return cid;
}

async function checkContent(
  context: NodeContext,
  put: RecordBatch["records"][number],
  index: number,
): Promise<void> {
  const { content, contentBytes } = put.header.body;
  if (put.content === null) {
    if ((await context.blobs.size(content)) !== contentBytes) throw badRecord("content", index);
    return;
  }
  if (put.content.length !== contentBytes || cidOf(put.content, CODEC_RAW) !== content) {
    throw badRecord("content", index);
  }
}

async function keep(context: NodeContext, tx: Queryable, item: Checked, index: number): Promise<void> {
  const { core } = item.header.body;
  const { record, label } = item.verified;
  const known = await tx.query("select 1 as one from records where label = $1", [label]);
  if (known.length > 0) return;
  const own = core.organisation === context.organisation;
  const sameRecord = await tx.query("select 1 as one from records where record = $1 and organisation = $2", [
    record,
    core.organisation,
  ]);
  // A second header with the same U would be refused by every custodian; the author must not anchor it.
  if (sameRecord.length > 0) throw badRecord("repeated", index);
  if (own) {
    // Custodians go by the day of the anchor, which is still to come: under a permit that is over nobody could open it.
    if (dayOf(context.clock.now()) > dayOf(item.permit.body.notAfter)) throw badRecord("permit", index);
    await checkChain(tx, core.segment, core.organisation, core.previous);
  }
  await keepPermit(tx, context.ledger.identity, item.permit);
  const rows = await tx.query<{ position: number }>(
    `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning position`,
    [
      record,
      label,
      core.segment,
      core.organisation,
      header.encode(item.header),
      core.permit,
      item.session,
      item.header.body.wrap,
      item.header.body.content,
      own,
    ],
  );
  const position = rows[0]?.position;
  if (!own || position === undefined) return;
  for (const home of item.card.body.homes) {
    if (home === context.organisation) continue;
    await tx.query("insert into replication_queue (position, home) values ($1, $2)", [position, home]);
  }
}

async function checkChain(
  tx: Queryable,
  segment: string,
  organisation: OrganisationId,
  previous: string | null,
): Promise<void> {
  const rows = await tx.query<{ label: string }>(
    "select label from records where segment = $1 and organisation = $2 order by position desc limit 1",
    [segment, organisation],
  );
  const head = rows[0]?.label ?? null;
  if (head === previous) return;
  throw new AnamnesisError({
    code: "chain-conflict",
    rule: "Each header names the organisation's previous one in its segment.",
    fix: "Ask for the segment's head and seal the remaining records on it.",
  });
}

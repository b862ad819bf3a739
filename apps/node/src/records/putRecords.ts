import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { type Cid, dayOf, type RecordId } from "@anamnesis/core/ids";
import { header, type Header } from "@anamnesis/core/record/header";
import { type Session, session } from "@anamnesis/core/record/session";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { wrap } from "@anamnesis/core/record/wrap";
import type { Permit } from "@anamnesis/core/segment/permit";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../context.ts";
import { erasedRecords } from "../erasure/erasedRecords.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { badRecord } from "./badRecord.ts";
import { type BatchLookups, batchLookups } from "./batchLookups.ts";
import { type CheckedRecord, keepRecords } from "./keepRecords.ts";
import { opensEndorsement } from "./recordWishes.ts";

export interface PutResult {
  /** In the order of the batch. */
  readonly records: readonly RecordId[];
  /** Those that were not here before. */
  readonly fresh: ReadonlySet<RecordId>;
}

/**
 * Takes sealed records: from a device or practitioner of this organisation or from the segment's owner (then this node is their author's node, in the order of
 * their chain) or as a home of their segment from another node. All of a batch or nothing: when it resolves, blobs
 * and rows are on this node's disk. The same records again succeed and change nothing. Of a record that is erased the header alone is kept.
 *
 * Throws `bad-header`, `bad-record`, `chain-conflict`, `not-authorised`.
 * @param also what is kept with the rows, in their transaction, or not at all.
 */
export async function putRecords(
  context: NodeContext,
  batch: RecordBatch,
  also: (tx: Queryable) => Promise<void> = async () => undefined,
): Promise<PutResult> {
  const checked: CheckedRecord[] = [];
  const sessions = new Map(batch.sessions.map((value) => [session.cid(value), value]));
  const known = batchLookups(context, batch);
  const erased = await erasedRecords(
    context.db,
    batch.records.map(({ header: { body } }) => recordIdOf(body.U)),
  );
  for (const [index, put] of batch.records.entries()) {
    checked.push(await check(context, put, index, sessions, known, erased));
  }
  await context.durable("ingest.blobs", () =>
    Promise.all([
      ...[...sessions]
        .filter(([cid]) => checked.some((item) => item.session === cid))
        .map(([cid, value]) => context.blobs.put(cid, session.encode(value))),
      ...checked.flatMap(({ put, header: { body }, session: opened }) =>
        opened === null || put.wrap === null
          ? []
          : [
              context.blobs.put(body.wrap, put.wrap),
              ...(put.content === null ? [] : [context.blobs.put(body.content, put.content)]),
            ],
      ),
    ]),
  );
  const fresh = await context.durable("ingest.rows", () =>
    context.db.transaction(async (tx) => {
      const kept = await keepRecords(context, tx, checked);
      await also(tx);
      return kept;
    }),
  );
  for (const item of checked) {
    const { record } = item.verified;
    if (fresh.has(record)) keepRecent(context, record, item, sessions);
  }
  context.metrics.count("records_accepted_total", {}, checked.length);
  context.wake("replicate");
  return { records: checked.map((item) => item.verified.record), fresh };
}

/** What this node brings to the homes, while it has it at hand. */
function keepRecent(
  { recent, organisation }: Pick<NodeContext, "recent" | "organisation">,
  record: RecordId,
  { header: value, put, session: opened }: CheckedRecord,
  sessions: ReadonlyMap<Cid, Session>,
): void {
  if (value.body.core.organisation !== organisation || opened === null || put.wrap === null) return;
  recent.keep(record, {
    header: value,
    session: sessions.get(opened) ?? null,
    wrap: put.wrap,
    content: put.content,
  });
}

async function check(
  context: NodeContext,
  put: RecordBatch["records"][number],
  index: number,
  sessions: ReadonlyMap<Cid, Session>,
  known: BatchLookups,
  erased: ReadonlySet<RecordId>,
): Promise<CheckedRecord> {
  const { core } = put.header.body;
  const committee = await known.committee();
  if (committee === null || core.committee !== committee.id) throw badRecord("committee", index);
  const bytes = header.encode(put.header);
  const verified = context.proofs.verify(put.header, committee.publicKey, bytes);
  const card = await known.card(core.segment);
  if (card === null) throw badRecord("segment", index);
  if (core.epoch > card.body.epoch) throw badRecord("epoch", index);
  const own = core.organisation === context.organisation;
  if (!own && !card.body.homes.includes(context.organisation)) throw notAuthorised("homes of the segment");
  if (!(await known.authorSigned(core, verified.signer))) throw badRecord("author", index);
  const today = dayOf(context.clock.now());
  if (core.day > today + 1) throw badRecord("day", index);
  const permit = await known.permit(core.permit, await known.owner(card));
  if (permit === null || !coversRecord(permit, put.header)) throw badRecord("permit", index);
  if (!(await opensEndorsement(context, put))) throw badRecord("endorsement", index);
  const checked = { header: put.header, bytes, verified, card, permit, put };
  if (erased.has(verified.record)) return { ...checked, session: null };
  const sessionCid = await checkWrap(context, put, index, sessions);
  await checkContent(context, put, index);
  return { ...checked, session: sessionCid };
}

/** A permit for this organisation and segment, valid on the day of writing; that the owner signed it was checked. */
function coversRecord(permit: Permit, { body: { core } }: Header): boolean {
  return (
    permit.body.organisation === core.organisation &&
    permit.body.segment === core.segment &&
    core.day <= dayOf(permit.body.notAfter)
  );
}

async function checkWrap(
  context: NodeContext,
  put: RecordBatch["records"][number],
  index: number,
  sessions: ReadonlyMap<Cid, Session>,
): Promise<Cid> {
  const { core, wrap: named } = put.header.body;
  if (put.wrap === null || cidOf(put.wrap, CODEC_DAG_CBOR) !== named) throw badRecord("wrap", index);
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

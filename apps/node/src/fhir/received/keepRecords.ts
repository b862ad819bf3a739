import { type KeepWish, type KeptRecords, MAX_KEPT_AT_ONCE } from "@anamnesis/api/routes/received";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address, ConsentId, Hex, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { permitDigest, permitSigner } from "@anamnesis/core/segment/permit";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { receivedForm, sourceName } from "@anamnesis/fhir-server/resource/receivedForm";
import { keepReceived, type ReceivedResource } from "@anamnesis/fhir-server/store/keepReceived";
import { decisionAuthority } from "../../access/requesterState.ts";
import { firstAnchoredOf } from "../../anchor/firstAnchoredOf.ts";
import { activeCommittee } from "../../committee/activeCommittee.ts";
import type { NodeContext } from "../../context.ts";
import { type ExaminationParts, examineRecord } from "../../custody/examineRecord.ts";
import { ownActor } from "../../directory/ownActor.ts";
import { recordStatesOf } from "../../records/recordStatesOf.ts";
import { authorSigned } from "../../records/authorSigned.ts";
import { custodyNotReady, notAuthorised, notFound } from "../../runtime/refuse.ts";
import { memoised } from "../../runtime/memoised.ts";
import { keepAuthority } from "./authorityStore.ts";
import { type OpenedHere, openReceived } from "./openReceived.ts";
import { idOfRecord, idOfSource } from "./receivedIds.ts";
import { type Asker, askerOf, requestOf, type ShownHere, Standing } from "./standing.ts";

/**
 * Keeps what somebody of this organisation opened under a consent, as resources of its FHIR server. The node believes nobody: it decides on its own copy of the ledger, checks
 * header, author, anchoring and attributes as a custodian does, and opens the content itself. What is kept is on the disk when it resolves; the same again changes nothing.
 *
 * Throws `not-authorised`, `not-found` when nothing permits it, `custody-not-ready` while the copy of the ledger is not complete, `too-large`.
 */
export async function keepRecords(context: NodeContext, signer: Hex, wish: KeepWish): Promise<KeptRecords> {
  const { actor } = (await ownActor(context, signer)) ?? {};
  const asker = actor === undefined ? null : await askerOf(context, actor);
  if (actor === undefined || asker === null) throw notAuthorised("people and devices of this organisation");
  const bytes = wish.records.reduce((sum, { header }) => sum + header.body.contentBytes, 0);
  if (bytes > MAX_KEPT_AT_ONCE) throw tooLarge();
  const { opening } = wish;
  const shown: ShownHere = {
    opening,
    segment: segmentIdOfOpening(opening),
    authority: decisionAuthority(context, wish),
  };
  const consent = shown.authority.consent?.id ?? null;
  const link = shown.authority.parent?.id ?? shown.authority.delegation?.id ?? "";
  const standing = await Standing.of(context, [shown]);
  const owner = standing.stateFor(asker, shown).owner;
  if (consent === null || !standing.decide(asker, shown, wish.purpose).permit) {
    context.metrics.count("access_refused_total", { what: "received" });
    throw notFound();
  }

  const parts = await examinationParts(context, wish, asker, shown, standing);
  const results: (OpenedHere | { readonly record: RecordId; readonly code: string })[] = [];
  for (const item of wish.records) {
    const { record, ...examined } = await examineRecord(context.proofs, parts, item);
    const opened = examined.permit ? await openReceived(context, item) : examined;
    results.push("code" in opened ? { record, code: opened.code } : opened);
  }

  const opened = results.filter((result) => "resource" in result);
  const gone = await context.durable("fhir.received-rows", () =>
    context.db.transaction(async (tx) => {
      const lost = await goneSince(tx, shown.segment, owner, opened);
      const left = opened.filter(({ record }) => !lost.has(record));
      if (left.length === 0) return lost;
      await keepOpened(context, tx, shown, consent, left);
      await keepAuthority(
        tx,
        { actor, consent, link, segment: shown.segment, keptAt: context.clock.now() },
        { opening, consent: wish.consent, parent: wish.parent, delegation: wish.delegation },
      );
      return lost;
    }),
  );
  const records = results.map((result) => {
    const code = "code" in result ? result.code : gone.has(result.record) ? "not-permitted" : null;
    context.metrics.count("received_kept_total", { outcome: code === null ? "kept" : "refused" });
    return { record: result.record, code };
  });
  return { records };
}

async function examinationParts(
  context: NodeContext,
  { permits, purpose, records }: KeepWish,
  asker: Asker,
  shown: ShownHere,
  standing: Standing,
): Promise<ExaminationParts> {
  const committee = await activeCommittee(context);
  if (committee === null) throw custodyNotReady("committee");
  const { identity } = context.ledger;
  const state = standing.stateFor(asker, shown);
  const names = records.map(({ header: { body } }) => ({
    record: recordIdOf(body.U),
    organisation: body.core.organisation,
  }));
  return {
    request: requestOf(asker, shown, purpose),
    authority: shown.authority,
    state,
    permits: new Map(
      permits
        .map((value) => ({
          name: permitDigest(identity, value.body),
          body: value.body,
          signer: permitSigner(identity, value),
        }))
        // One permit may come with signatures of several owners: the current one's counts.
        .sort((a, b) => Number(a.signer === state.owner) - Number(b.signer === state.owner))
        .map(({ name, ...rest }) => [name, rest]),
    ),
    committeeKey: committee.publicKey,
    committee: committee.id,
    firstAnchored: await firstAnchoredOf(context, names),
    stateOf: await recordStatesOf(
      context,
      names.map(({ record }) => record),
    ),
    authorSigned: memoised(
      ({ organisation, author, segment }, by, block) => `${organisation}${author}${segment}${by}${block}`,
      (core, by, block) => authorSigned(context, core, by, { block }),
    ),
  };
}

/** Records that were erased or taken back while they were opened, or all of them when the segment has another owner since. */
async function goneSince(
  tx: Queryable,
  segment: SegmentId,
  owner: Address,
  opened: readonly OpenedHere[],
): Promise<ReadonlySet<RecordId>> {
  const [rotated] = await tx.query<{ readonly owner: Address }>(
    "select owner from ledger_owners where segment = $1 order by generation desc limit 1",
    [segment],
  );
  if (rotated !== undefined && rotated.owner !== owner) return new Set(opened.map(({ record }) => record));
  const asked = JSON.stringify(opened.map(({ record, organisation }) => ({ record, organisation })));
  const rows = await tx.query<{ readonly record: RecordId }>(
    `select a.record from jsonb_to_recordset($1::jsonb) as a (record text, organisation text)
     where exists (select 1 from sticky_erasures s where s.record = a.record)
        or exists (select 1 from ledger_retractions r where r.record = a.record and r.organisation = a.organisation)`,
    [asked],
  );
  return new Set(rows.map(({ record }) => record));
}

async function keepOpened(
  context: NodeContext,
  tx: Queryable,
  { segment, opening }: ShownHere,
  consent: ConsentId,
  opened: readonly OpenedHere[],
): Promise<void> {
  const known = await tx.query<{
    readonly row: number;
    readonly record: RecordId;
    readonly organisation: string;
  }>("select row, record, organisation from received_records where record = any($1)", [
    opened.map(({ record }) => record),
  ]);
  // What was hidden under the owner before is permitted by this one.
  await tx.query(
    "update fhir_resources set segment = $2, consent = $3 where row = any($1::bigint[]) and segment is null",
    [known.map(({ row }) => row), segment, consent],
  );
  const isKnown = new Set(known.map(({ record, organisation }) => `${record} ${organisation}`));
  const fresh: (ReceivedResource & Pick<OpenedHere, "organisation">)[] = [];
  const named = new Set<string>();
  for (const one of opened) {
    const { record, organisation, attributes, source, resource } = one;
    const key = `${record} ${organisation}`;
    if (isKnown.has(key)) continue;
    isKnown.add(key);
    const type = attributes.resourceType;
    const sourceId = idOfSource(context, sourceName(source, segment));
    const isFirst = !named.has(`${type}/${sourceId}`) && !(await isTaken(tx, type, sourceId));
    const id = isFirst ? sourceId : idOfRecord(context, organisation, record);
    named.add(`${type}/${id}`);
    const updated = context.clock.now() * 1000;
    fresh.push({
      type,
      id,
      record,
      organisation,
      consent,
      updated,
      attributes: {
        type,
        origin: "received",
        kind: opening.kind,
        segment,
        days: { from: attributes.from, to: attributes.to },
      },
      resource: receivedForm({
        resource,
        type,
        id,
        record,
        organisation,
        at: updated,
        idOf: (link) => idOfSource(context, sourceName({ ...source, link }, segment)),
      }),
    });
  }
  const rows = await keepReceived(tx, fresh);
  const marks = fresh.map(({ record, organisation }, i) => ({ row: rows[i], record, organisation }));
  await tx.query(
    `insert into received_records (row, organisation, record, segment, kept_at)
     select row, organisation, record, $2, $3 from jsonb_to_recordset($1::jsonb) as new (row bigint, organisation text, record text)`,
    [JSON.stringify(marks), segment, context.clock.now()],
  );
}

async function isTaken(tx: Queryable, type: string, id: string): Promise<boolean> {
  const rows = await tx.query("select 1 as one from fhir_resources where type = $1 and id = $2", [type, id]);
  return rows.length > 0;
}

function tooLarge(): AnamnesisError<"too-large"> {
  return new AnamnesisError({
    code: "too-large",
    rule: `A node is given at most ${MAX_KEPT_AT_ONCE} bytes of contents at once.`,
    fix: "Give fewer records at a time.",
    meta: { most: MAX_KEPT_AT_ONCE },
  });
}

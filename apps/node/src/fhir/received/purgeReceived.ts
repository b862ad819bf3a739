import { permitsRecord } from "@anamnesis/core/consent/decide";
import { hasCode } from "@anamnesis/core/errors";
import type { ActorId, ConsentId, Day, OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { removeReceived } from "@anamnesis/fhir-server/store/keepReceived";
import type { NodeContext } from "../../context.ts";
import { recordStatesOf } from "../../records/recordStatesOf.ts";
import { allAuthorities, type KeptAuthority } from "./authorityStore.ts";
import { type Coverage, coverageOf } from "./coverageOf.ts";
import { askerOf, Standing } from "./standing.ts";

type PurgeContext = Pick<
  NodeContext,
  "organisation" | "db" | "durable" | "ledger" | "copy" | "clock" | "settings" | "log" | "metrics"
>;

/** An authority of a segment and what it is good for now. */
interface Covering {
  readonly kept: KeptAuthority;
  readonly coverage: Coverage;
}

/**
 * Deletes received resources that no authority at this node covers any more: their consent was revoked, ended or belongs to an owner before, or the record was erased or
 * taken back. With them go their versions, all that finds them, and what was shown for them; a line stays that says which record was deleted, when and why. What may be permitted
 * again as it is (a registration that the ledger took back, a ledger that is not heard of) is hidden meanwhile and stays.
 *
 * Nobody waits for it: `receivedLimits` decides at each look. A kill leaves a segment as it was or done. Returns how many resources were deleted.
 */
export async function purgeReceived(context: PurgeContext): Promise<number> {
  const segments = await segmentsToLookAt(context);
  let deleted = 0;
  for (const [segment, covering] of segments) deleted += await purgeSegment(context, segment, covering);
  return deleted;
}

/** Those with something that is over, hidden, or shown by nobody. */
async function segmentsToLookAt(context: PurgeContext): Promise<ReadonlyMap<SegmentId, readonly Covering[]>> {
  const { db } = context;
  const hidden = await db.query<{ readonly segment: SegmentId }>(
    `select distinct m.segment from received_records m join fhir_resources r on r.row = m.row where r.segment is null
     union select m.segment from received_records m
       where not exists (select 1 from received_authorities a where a.segment = m.segment)`,
  );
  const due = new Set(hidden.map(({ segment }) => segment));
  const covering = await coverings(context);
  for (const { kept, coverage } of covering) if (coverage.is === "over") due.add(kept.segment);
  const bySegment = Map.groupBy(covering, ({ kept }) => kept.segment);
  return new Map([...due].map((segment) => [segment, bySegment.get(segment) ?? []]));
}

/** While the copy of the ledger is not complete nothing is known to be over, and what it covers is not known either: nothing of it is looked at. */
async function coverings(context: PurgeContext): Promise<readonly Covering[]> {
  const all = await allAuthorities(context);
  if (all.length === 0) return [];
  try {
    const standing = await Standing.of(context, all);
    const askers = new Map<ActorId | null, Awaited<ReturnType<typeof askerOf>>>();
    const found: Covering[] = [];
    for (const kept of all) {
      // A consent to the organisation is good for all of it, whoever showed it and left since.
      const ofAll = kept.authority.consent?.body.grantee === context.organisation;
      const actor = ofAll ? null : kept.actor;
      if (!askers.has(actor)) askers.set(actor, await askerOf(context, actor));
      const asker = askers.get(actor) ?? null;
      found.push({ kept, coverage: await coverageOf(context, standing, asker, kept) });
    }
    return found;
  } catch (error) {
    if (!hasCode(error, "custody-not-ready")) throw error;
    // Nothing is known: all may be permitted again.
    return all.map((kept) => ({ kept, coverage: { is: "waiting", limits: [anything(kept.segment)] } }));
  }
}

function anything(segment: SegmentId) {
  return { segment, resourceTypes: ["*"], dataFrom: null, dataTo: null, exceptions: [] };
}

interface KeptRow {
  readonly row: number;
  readonly record: RecordId;
  readonly organisation: OrganisationId;
  readonly consent: ConsentId;
  readonly type: string;
  readonly id: string;
  readonly hidden: boolean;
  readonly day_from: Day | null;
  readonly day_to: Day | null;
  readonly [column: string]: unknown;
}

async function purgeSegment(
  context: PurgeContext,
  segment: SegmentId,
  covering: readonly Covering[],
): Promise<number> {
  const over = new Map<ConsentId, string>();
  for (const { kept, coverage } of covering)
    if (coverage.is === "over") over.set(kept.consent, coverage.code);
  const left = covering.filter(({ coverage }) => coverage.is !== "over");
  const hiddenRows = (await rowsOf(context.db, segment)).filter(({ hidden }) => hidden);
  const stateOf = await recordStatesOf(
    context,
    hiddenRows.map(({ record }) => record),
  );
  const counts = await context.durable("fhir.received-purge", () =>
    context.db.transaction(async (tx) => {
      // Whoever showed something since is heard at the next pass.
      if (!(await isStill(tx, segment, covering))) return null;
      const reasons = new Map<KeptRow, string>();
      for (const row of await rowsOf(tx, segment)) {
        const { record, organisation, type, day_from: from, day_to: to } = row;
        if (row.hidden) {
          const state = stateOf({ record, organisation });
          reasons.set(row, state === "erased" || state === "retracted" ? state : "owner-rotated");
          continue;
        }
        const covers = left.find(
          ({ coverage }) =>
            coverage.is !== "over" &&
            coverage.limits.some((limits) =>
              permitsRecord(limits, { segment, resourceType: type, from, to }),
            ),
        );
        if (covers === undefined)
          reasons.set(row, over.get(row.consent) ?? [...over.values()][0] ?? "no-consent");
        else if (!left.some(({ kept }) => kept.consent === row.consent)) {
          await tx.query("update fhir_resources set consent = $2 where row = $1", [
            row.row,
            covers.kept.consent,
          ]);
        }
      }
      const lines = [...reasons].map(([{ record, organisation, consent, type, id }, reason]) => ({
        record,
        organisation,
        consent,
        reason,
        type,
        id,
      }));
      await tx.query(
        `insert into received_purges (segment, organisation, record, consent, reason, purged_at, type, id)
         select $2, organisation, record, consent, reason, $3, type, id
         from jsonb_to_recordset($1::jsonb) as new (organisation text, record text, consent text, reason text, type text, id text)`,
        [JSON.stringify(lines), segment, context.clock.now()],
      );
      await removeReceived(
        tx,
        [...reasons.keys()].map(({ row }) => row),
      );
      for (const { kept, coverage } of covering) {
        if (coverage.is !== "over") continue;
        await tx.query("delete from received_authorities where actor = $1 and consent = $2 and link = $3", [
          kept.actor,
          kept.consent,
          kept.link,
        ]);
      }
      return Map.groupBy(reasons.values(), (reason) => reason);
    }),
  );
  let deleted = 0;
  for (const [reason, all] of counts ?? []) {
    deleted += all.length;
    context.log.info("received-purged", { reason, records: all.length });
  }
  if (deleted > 0) context.metrics.count("received_purged_total", {}, deleted);
  return deleted;
}

function rowsOf(db: Queryable, segment: SegmentId): Promise<readonly KeptRow[]> {
  return db.query<KeptRow>(
    `select r.row, m.record, m.organisation, r.consent, r.type, r.id, r.segment is null as hidden, r.day_from, r.day_to
     from received_records m join fhir_resources r on r.row = m.row where m.segment = $1 order by r.row`,
    [segment],
  );
}

/** The same documents are kept for the segment as were decided on. */
async function isStill(tx: Queryable, segment: SegmentId, covering: readonly Covering[]): Promise<boolean> {
  const rows = await tx.query<{
    readonly actor: ActorId;
    readonly consent: ConsentId;
    readonly link: string;
    readonly kept_at: number;
  }>("select actor, consent, link, kept_at from received_authorities where segment = $1", [segment]);
  const nameOf = (...parts: readonly (string | number)[]): string => parts.join(" ");
  const present = new Set(
    rows.map(({ actor, consent, link, kept_at }) => nameOf(actor, consent, link, kept_at)),
  );
  return (
    present.size === covering.length &&
    covering.every(({ kept }) => present.has(nameOf(kept.actor, kept.consent, kept.link, kept.keptAt)))
  );
}

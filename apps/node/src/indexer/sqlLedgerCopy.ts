import type { ActorId, OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { LedgerHead } from "@anamnesis/core/ports/ledger";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import type {
  ActorRow,
  BatchRow,
  CommitteeRow,
  FirstAnchored,
  LedgerCopy,
  MemberKeyRow,
  MemberRow,
  RecordWord,
  RotationRow,
} from "./ledgerCopy.ts";

/** The copy with what the indexer alone does to it. */
export interface SqlLedgerCopy extends LedgerCopy {
  /** The tables are complete up to this block, which the engine confirmed as its head. */
  confirm(head: LedgerHead): void;
  /** A reorganisation was seen: until the next `confirm`, `head()` is `null` again. */
  forgetHead(): void;
}

const MEMBERS = `
  select m.organisation, m.kind, m.name, s.status, k.signer, k.key_card as "keyCard", m.custodian, e.endpoint,
    (select coalesce(jsonb_agg(jsonb_build_object('signer', o.signer, 'keyCard', o.key_card)
       order by o.block desc, o.event_index desc), '[]') from ledger_member_keys o
     where o.organisation = m.organisation and (o.block, o.event_index) < (k.block, k.event_index)) as "earlierKeys"
  from ledger_members m
  cross join lateral (select status from ledger_member_states where organisation = m.organisation
    order by block desc, event_index desc limit 1) s
  cross join lateral (select signer, key_card, block, event_index from ledger_member_keys where organisation = m.organisation
    order by block desc, event_index desc limit 1) k
  cross join lateral (select endpoint from ledger_endpoints where organisation = m.organisation
    order by version desc limit 1) e`;
const ACTOR_COLUMNS = `actor, organisation, role, signer, key_card as "keyCard", active,
  coalesce((select s.status from ledger_member_states s where s.organisation = a.organisation
    order by s.block desc, s.event_index desc limit 1) = 'active', false) as "memberActive", version`;
const BATCH_COLUMNS = "organisation, sequence, root, count, manifest, block, time";

type FirstRow = Pick<FirstAnchored, "sequence" | "index" | "label"> &
  Omit<BatchRow, "organisation" | "sequence"> & { readonly record: RecordId; readonly missing: boolean };

/** Reads the `ledger_…` tables, never from a cache: a decision sees every page that the indexer has kept. */
export function createSqlLedgerCopy(db: Queryable): SqlLedgerCopy {
  let confirmed: LedgerHead | null = null;

  const first = async <R>(sql: string, values: readonly (string | number)[]): Promise<R | null> =>
    ((await db.query<Row>(sql, values))[0] as R | undefined) ?? null;
  const batch = (organisation: OrganisationId, sequence: number): Promise<BatchRow | null> =>
    first<BatchRow>(`select ${BATCH_COLUMNS} from ledger_batches where organisation = $1 and sequence = $2`, [
      organisation,
      sequence,
    ]);

  return {
    confirm: (head) => {
      confirmed = head;
    },
    forgetHead: () => {
      confirmed = null;
    },
    head: () => confirmed,
    member: (organisation) => first<MemberRow>(`${MEMBERS} where m.organisation = $1`, [organisation]),
    members: async () =>
      (await db.query<Row>(`${MEMBERS} order by m.block, m.organisation`)) as unknown as readonly MemberRow[],
    memberKeys: async (organisation) =>
      (await db.query<Row>(
        `select signer, key_card as "keyCard", block from ledger_member_keys where organisation = $1
         order by block desc, event_index desc`,
        [organisation],
      )) as unknown as readonly MemberKeyRow[],
    actor: (actor: ActorId, atBlock = Number.MAX_SAFE_INTEGER) =>
      first<ActorRow>(
        `select ${ACTOR_COLUMNS} from ledger_actors a where actor = $1 and block <= $2
         order by version desc limit 1`,
        [actor, atBlock],
      ),
    actors: async () =>
      (await db.query<Row>(
        `select distinct on (actor) ${ACTOR_COLUMNS} from ledger_actors a order by actor, version desc`,
      )) as unknown as readonly ActorRow[],
    actorHistory: async (actor) =>
      (await db.query<Row>(
        `select ${ACTOR_COLUMNS} from ledger_actors a where actor = $1 order by version desc`,
        [actor],
      )) as unknown as readonly ActorRow[],
    consent: async (consent) => {
      const row = await first<Awaited<ReturnType<LedgerCopy["consent"]>>>(
        // In the order of the alphabet a revocation comes last, whatever its block.
        "select status, time as since from ledger_consents where consent = $1 order by status desc limit 1",
        [consent],
      );
      return row ?? { status: "none", since: null };
    },
    committee: () =>
      first<CommitteeRow>(
        `select committee, certificate, threshold, share_epoch as "shareEpoch", members
         from ledger_committees order by block desc, event_index desc limit 1`,
        [],
      ),
    batch,
    firstAnchored: async (records, organisation) => {
      const rows = (await db.query<Row>(
        `select distinct on (l.record) l.record, l.sequence, l.leaf_index as index, l.label,
                b.root, b.count, b.manifest, b.block, b.time,
                exists (select 1 from ledger_batches m where m.organisation = l.organisation
                        and m.sequence < l.sequence and not m.manifest_held) as missing
         from leaves l join ledger_batches b on b.organisation = l.organisation and b.sequence = l.sequence
         where l.record = any($1) and l.organisation = $2
         order by l.record, l.sequence, l.leaf_index`,
        [records, organisation],
      )) as unknown as readonly FirstRow[];
      return new Map(
        rows
          .filter((row) => !row.missing)
          .map(({ record, sequence, index, label, root, count, manifest, block, time }) => [
            record,
            {
              sequence,
              index,
              label,
              batch: { organisation, sequence, root, count, manifest, block, time },
            },
          ]),
      );
    },
    rotation: (segment) =>
      first<RotationRow>(
        `select generation, owner, next_owner as "nextOwner" from ledger_owners where segment = $1
         order by generation desc limit 1`,
        [segment],
      ),
    rotations: async (segments) => {
      const rows = (await db.query<Row>(
        `select distinct on (segment) segment, generation, owner, next_owner as "nextOwner" from ledger_owners
         where segment = any($1) order by segment, generation desc`,
        [segments],
      )) as unknown as readonly (RotationRow & { readonly segment: SegmentId })[];
      return new Map(
        rows.map(({ segment, generation, owner, nextOwner }) => [segment, { generation, owner, nextOwner }]),
      );
    },
    recordWords: async (records) =>
      (await db.query<Row>(
        `select record, null as organisation, 'erased' as state from ledger_erasures where record = any($1)
         union all select record, organisation, 'retracted' from ledger_retractions where record = any($1)
         union all select record, organisation, 'amended' from ledger_amendments where record = any($1)`,
        [records],
      )) as unknown as readonly RecordWord[],
    logHead: (organisation, maxSize = Number.MAX_SAFE_INTEGER) =>
      first<{ size: number; root: BatchRow["root"] }>(
        `select size, root from ledger_log_heads where organisation = $1 and size <= $2
         order by size desc limit 1`,
        [organisation, maxSize],
      ),
  };
}

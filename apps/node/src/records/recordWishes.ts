import { successorOf } from "@anamnesis/core/record/amendment";
import { endorsementCommitment } from "@anamnesis/core/record/endorsement";
import { header as headerFormat } from "@anamnesis/core/record/header";
import { isOwners } from "@anamnesis/core/record/isOwners";
import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { CheckedRecord } from "./keepRecords.ts";

type Put = RecordBatch["records"][number];

/**
 * True when what comes beside a header opens its endorsement commitment, and every endorser is a member that can sign now. A home is given
 * nothing: who was named stands on the ledger.
 */
export async function opensEndorsement(
  { copy, organisation }: Pick<NodeContext, "copy" | "organisation">,
  { header, endorsement, amends }: Put,
): Promise<boolean> {
  const { core } = header.body;
  if (core.organisation !== organisation) return endorsement === null && amends === null;
  if (endorsement === null) return core.endorsement === null;
  if (endorsementCommitment(endorsement) !== core.endorsement) return false;
  for (const endorser of endorsement.organisations) {
    if ((await copy.member(endorser))?.status !== "active") return false;
  }
  return true;
}

/**
 * Whether an own record can take the place of another one: one of this organisation in the same segment that no other has taken. What the segment's owner wrote and left here is "own" too, and amended by the owner alone; what the
 * organisation wrote is not the owner's to amend.
 */
export async function canAmend(
  tx: Queryable,
  organisation: OrganisationId,
  segment: SegmentId,
  earlier: RecordId,
  byOwner = false,
): Promise<boolean> {
  const rows = await tx.query<{ header: Uint8Array }>(
    `select r.header from records r where r.record = $1 and r.own and r.segment = $3
       and not exists (select 1 from amendments_wanted w where w.earlier = r.record)
       and not exists (select 1 from ledger_amendments a where a.record = r.record and a.organisation = $2)
       and not exists (select 1 from outbox o where o.type = 'AmendRecord' and o.state <> 'refused'
                       and o.dedupe like 'AmendRecord:' || $2 || ':' || r.record || ':%')`,
    [earlier, organisation, segment],
  );
  return rows.some((row) => isOwners(headerFormat.decode(row.header).body.core) === byOwner);
}

/** Keeps what the ledger is to be told of an own record once it is anchored, in the transaction that keeps the record. */
export async function keepRecordWishes(
  tx: Queryable,
  position: number,
  { verified, put }: Pick<CheckedRecord, "verified" | "put">,
): Promise<void> {
  if (put.endorsement !== null) {
    const { threshold, organisations } = put.endorsement;
    await tx.query(
      "insert into endorsers_wanted (position, threshold, endorsers) values ($1, $2, $3::text::jsonb)",
      [position, threshold, JSON.stringify(organisations)],
    );
  }
  if (put.amends !== null) {
    const { record, salt } = put.amends;
    await tx.query("insert into amendments_wanted (position, earlier, successor) values ($1, $2, $3)", [
      position,
      record,
      successorOf(salt, verified.record),
    ]);
  }
}

import { AnamnesisError } from "@anamnesis/core/errors";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { bodyLabel, type RecordBody } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { NodeContext } from "../context.ts";
import { recordStatesOf } from "../records/recordStatesOf.ts";
import { notFound } from "../runtime/refuse.ts";

export interface NamedRecord {
  readonly organisation: OrganisationId;
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly endorsers: readonly OrganisationId[];
}

/** The record of this very header, and who was named to co-sign it, by the copy of the ledger. Throws `not-found`: nobody was named, another header, taken back, erased. */
export async function namedOnLedger(
  context: Pick<NodeContext, "db" | "copy">,
  body: RecordBody,
): Promise<NamedRecord> {
  const record = recordIdOf(body.U);
  const label = bodyLabel(body);
  const { organisation } = body.core;
  const rows = await context.db.query<{ label: string; endorsers: readonly OrganisationId[] }>(
    "select label, endorsers from ledger_endorsers where organisation = $1 and record = $2",
    [organisation, record],
  );
  const [named] = rows;
  const first = (await firstAnchoredOf(context, [{ record, organisation }]))({ record, organisation });
  // Of two headers with one U the first that was anchored is the record.
  if (named?.label !== label || first?.label !== label) throw notFound();
  const state = (await recordStatesOf(context, [record]))({ record, organisation });
  if (state === "retracted" || state === "erased") throw notFound();
  return { organisation, record, label, endorsers: named.endorsers };
}

export function notEndorser(): AnamnesisError<"not-endorser"> {
  return new AnamnesisError({
    code: "not-endorser",
    rule: "A record is endorsed, or declined, by the organisations that its author named.",
    fix: "See who was named: `anamnesis record status`.",
  });
}

import type { Purpose } from "@anamnesis/core/consent/terms";
import type { Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Endorsement } from "@anamnesis/core/record/endorsement";
import type { SegmentAccess } from "./access.ts";
import type { Consortium } from "./consortium.ts";
import type { LedgerView } from "./ledgerView.ts";
import { type ListedRecord, type Listing, listRecords } from "./listRecords.ts";
import { openWraps } from "./openWraps.ts";
import { findSuccessor, recordStanding, type RecordStanding } from "./recordStanding.ts";
import type { Runtime } from "./runtime.ts";
import { type VerifiedRecord, verifyRecord } from "./verify.ts";

export interface RecordStatusParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
  readonly ledger: LedgerView;
  readonly record: RecordId;
  /** From an earlier `listRecords`; the homes are asked by default. */
  readonly listing?: Listing;
}

export interface RecordStatus extends RecordStanding {
  readonly record: RecordId;
  readonly organisation: OrganisationId;
  readonly header: ListedRecord["header"];
  /** Its place on the ledger, proven; `null` while it is not anchored. */
  readonly anchored: Pick<VerifiedRecord, "sequence" | "anchoredAt"> | null;
  /** Who was to co-sign it, from its opened wrap; `null` when nobody was, or the wrap does not open any more. */
  readonly endorsers: Pick<Endorsement, "threshold" | "organisations"> | null;
  /** The record in the segment whose wrap opens the hash that the ledger has. */
  readonly successor: RecordId | null;
  /** Hash on the ledger; `null` when it is not amended. */
  readonly successorHash: Hash32 | null;
}

/**
 * What became of one record of a segment: its header is listed by the homes and proven, and what the ledger says is held against it. No content is opened, and
 * no custodian asked. `null` when the homes list no such record. Throws as `listRecords` and `verifyRecord`.
 */
export async function recordStatus(parameters: RecordStatusParameters): Promise<RecordStatus | null> {
  const { consortium, ledger, record } = parameters;
  const listing = parameters.listing ?? (await listRecords(parameters));
  const found = listing.records.find((item) => item.record === record);
  if (found === undefined) return null;
  const { header, anchor } = found;
  const live = listing.records.filter((item) => !ledger.erased.has(item.record));
  const { open } = await openWraps({ ...parameters, listing: { ...listing, records: live } });
  const wrapped = open.find((item) => item.record === record)?.content;
  const standing = recordStanding(ledger, header, wrapped);
  const proven =
    anchor === null ? null : verifyRecord({ consortium, header, anchor, ledger, cards: listing.cards });
  const endorsers = wrapped?.endorsement ?? null;
  return {
    ...standing,
    record,
    organisation: header.body.core.organisation,
    header,
    anchored: proven === null ? null : { sequence: proven.sequence, anchoredAt: proven.anchoredAt },
    endorsers:
      endorsers === null ? null : { threshold: endorsers.threshold, organisations: endorsers.organisations },
    successor: findSuccessor(standing, record, open),
    successorHash: standing.amended?.successor ?? null,
  };
}

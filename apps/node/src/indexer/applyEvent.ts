import type { LedgerEvent, MemberStatus } from "@anamnesis/core/ports/ledger";
import type { Queryable } from "@anamnesis/core/ports/database";
import { keepErasure } from "../erasure/keepErasure.ts";
import { hideReceivedRecord, hideReceivedSegment } from "../fhir/received/hideReceived.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { retryAfterRotation, retryOutbox } from "../outbox/recheckOutbox.ts";
import { applyDecision } from "./applyDecision.ts";
import { insert, storable } from "./insert.ts";

/**
 * Adds one event to the copy of the ledger. Every row carries its block and none is ever changed, so that `rollback`
 * has only to delete. The ledger gives each of these once; where a row exists already, the first one stays.
 */
export async function applyEvent(tx: Queryable, event: LedgerEvent): Promise<void> {
  switch (event.type) {
    case "member-admitted":
      await insert(tx, "ledger_members", {
        organisation: event.organisation,
        kind: event.kind,
        name: storable(event.name),
        custodian: event.custodian,
        block: event.block,
      });
      await insertMemberKey(tx, event);
      await insertMemberState(tx, event, "active");
      // Endpoints that are set later are numbered from 1.
      await insertEndpoint(tx, { ...event, version: 0 });
      return;
    case "member-suspended":
      return insertMemberState(tx, event, "suspended");
    case "member-reinstated":
      await insertMemberState(tx, event, "active");
      return retryOutbox(tx);
    case "member-removed":
      return insertMemberState(tx, event, "removed");
    case "member-key-rotated":
      await insertMemberKey(tx, event);
      return retryAfterRotation(tx);
    case "endpoint-set":
      await insertEndpoint(tx, event);
      return;
    case "committee-adopted":
      await tx.query(
        `insert into ledger_committees
           (committee, certificate, threshold, share_epoch, members, block, event_index)
         values ($1, $2, $3, $4, $5::text::jsonb, $6, $7) on conflict do nothing`,
        [
          event.committee,
          event.certificate,
          event.threshold,
          event.shareEpoch,
          JSON.stringify(event.members),
          event.block,
          event.index,
        ],
      );
      return;
    case "actor-set":
      await insert(tx, "ledger_actors", {
        actor: event.actor,
        version: event.version,
        organisation: event.organisation,
        role: event.role,
        signer: event.signer,
        key_card: event.keyCard,
        active: event.active,
        block: event.block,
      });
      return;
    case "consent-registered":
      await insertConsent(tx, event, "registered");
      // A revocation that came before its consent has waited for this.
      await tx.query("update outbox set retry_at = 0 where dedupe = $1 and state = 'pending'", [
        dedupeOf({ type: "RevokeConsent", consent: event.consent }),
      ]);
      return;
    case "consent-revoked":
      await insertConsent(tx, event, "revoked");
      return;
    case "batch-anchored":
      await insert(tx, "ledger_batches", {
        organisation: event.organisation,
        sequence: event.sequence,
        root: event.root,
        count: event.count,
        manifest: event.manifest,
        block: event.block,
        time: event.time,
        transaction: event.transaction,
      });
      return;
    case "log-head-anchored":
      await insert(tx, "ledger_log_heads", {
        organisation: event.organisation,
        size: event.size,
        root: event.root,
        checkpoint: event.checkpoint,
        block: event.block,
      });
      return;
    case "owner-rotated":
      await insert(tx, "ledger_owners", {
        segment: event.segment,
        generation: event.generation,
        owner: event.newOwner,
        next_owner: event.newNextOwner,
        block: event.block,
        time: event.time,
      });
      await hideReceivedSegment(tx, event.segment);
      return;
    case "record-amended":
      await insert(tx, "ledger_amendments", {
        organisation: event.organisation,
        record: event.record,
        successor: event.successor,
        block: event.block,
      });
      return;
    case "record-retracted":
      await insert(tx, "ledger_retractions", {
        organisation: event.organisation,
        record: event.record,
        block: event.block,
      });
      await hideReceivedRecord(tx, event.record, event.organisation);
      return;
    case "endorsers-named":
      await tx.query(
        `insert into ledger_endorsers (organisation, record, label, threshold, endorsers, block)
         values ($1, $2, $3, $4, $5::text::jsonb, $6) on conflict do nothing`,
        [
          event.organisation,
          event.record,
          event.label,
          event.threshold,
          JSON.stringify(event.endorsers),
          event.block,
        ],
      );
      return;
    case "record-endorsed":
      await insert(tx, "ledger_endorsements", {
        organisation: event.organisation,
        record: event.record,
        endorser: event.endorser,
        label: event.label,
        block: event.block,
      });
      return;
    // Follows from the endorsements before it.
    case "record-final":
      return;
    case "record-erased":
      await insert(tx, "ledger_erasures", { record: event.record, block: event.block });
      // As many custodians as open a record have signed it: no reorganisation takes that back.
      await keepErasure(tx, event.record, event.time, null);
      return;
    case "log-fork-proven":
      await insert(tx, "ledger_log_forks", {
        organisation: event.organisation,
        size: event.size,
        lower_root: event.lowerRoot,
        higher_root: event.higherRoot,
        block: event.block,
      });
      return;
    default:
      return applyDecision(tx, event);
  }
}

async function insertMemberState(
  tx: Queryable,
  event: LedgerEvent & { readonly organisation: string },
  status: MemberStatus,
): Promise<void> {
  const { organisation, block, index, time } = event;
  await insert(tx, "ledger_member_states", { organisation, status, block, event_index: index, time });
}

async function insertMemberKey(
  tx: Queryable,
  event: Extract<LedgerEvent, { type: "member-admitted" | "member-key-rotated" }>,
): Promise<void> {
  const { organisation, signer, keyCard, block, index, time } = event;
  const row = { organisation, signer, key_card: keyCard, block, event_index: index, time };
  await insert(tx, "ledger_member_keys", row);
}

async function insertEndpoint(
  tx: Queryable,
  event: {
    readonly organisation: string;
    readonly version: number;
    readonly endpoint: string;
    readonly block: number;
  },
): Promise<void> {
  const { organisation, version, endpoint, block } = event;
  await insert(tx, "ledger_endpoints", { organisation, version, endpoint, block });
}

async function insertConsent(
  tx: Queryable,
  event: Extract<LedgerEvent, { type: "consent-registered" | "consent-revoked" }>,
  status: "registered" | "revoked",
): Promise<void> {
  const { consent, block, time } = event;
  await insert(tx, "ledger_consents", { consent, status, block, time });
}

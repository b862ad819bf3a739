import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { eraseRequest, type EraseRequest } from "@anamnesis/core/record/eraseRequest";
import type { NodeContext } from "../context.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { submitErasure } from "./submitErasure.ts";
import { erasureApproval } from "./takeErasure.ts";

/** Seconds that whoever asked has to bring the erasure onto the ledger by itself. */
const PATIENCE = 30;
const MOST_PER_PASS = 16;
/** Seconds: the longest time between two tries. */
const LONGEST_WAIT = 3600;

type CompleteContext = Pick<
  NodeContext,
  | "organisation"
  | "db"
  | "durable"
  | "copy"
  | "ledger"
  | "clock"
  | "fetch"
  | "keys"
  | "random"
  | "log"
  | "wake"
>;

/** Ends what a device began and did not end. The returned pass gives how many erasures went into the outbox. */
export function createErasureCompletion(context: CompleteContext): () => Promise<number> {
  const tried = new Map<RecordId, { readonly attempts: number; readonly retryAt: number }>();
  return async () => {
    const now = context.clock.now();
    const waiting = await context.db.query<{ record: RecordId; request: Uint8Array }>(
      `select s.record, s.request from sticky_erasures s
       where not s.settled and s.request is not null and s.stored_at <= $1
         and not exists (select 1 from ledger_erasures l where l.record = s.record)
         and not exists (select 1 from outbox o where o.dedupe = 'EraseRecord:' || s.record and o.state <> 'refused')
       order by s.stored_at, s.record`,
      [now - PATIENCE],
    );
    for (const record of tried.keys()) {
      if (!waiting.some((row) => row.record === record)) tried.delete(record);
    }
    const due = waiting.filter((row) => (tried.get(row.record)?.retryAt ?? 0) <= now).slice(0, MOST_PER_PASS);
    let done = 0;
    for (const { record, request } of due) {
      if (await complete(context, record, eraseRequest.decode(request))) done++;
      else {
        const attempts = (tried.get(record)?.attempts ?? 0) + 1;
        tried.set(record, { attempts, retryAt: now + Math.min(PATIENCE * 2 ** attempts, LONGEST_WAIT) });
        context.log.warn("erasure-not-complete", { record, attempts });
      }
    }
    return done;
  };
}

/**
 * Brings the request to the other custodians, which check and store it as if it came from whoever signed it, and the erasure onto the ledger once
 * enough of them have signed.
 */
async function complete(context: CompleteContext, record: RecordId, request: EraseRequest): Promise<boolean> {
  const committee = await context.copy.committee();
  if (committee === null) return false;
  const approvals: { custodian: OrganisationId; signature: Uint8Array }[] = [];
  for (const custodian of committee.members) {
    if (custodian === context.organisation) {
      approvals.push({ custodian, signature: erasureApproval(context, record) });
      continue;
    }
    const member = await context.copy.member(custodian);
    if (member === null) continue;
    try {
      const ack = await clientFor(context, member.endpoint).call(recordVerbRoutes.eraseRecord, {}, request);
      approvals.push({ custodian, signature: ack.approval });
    } catch (error) {
      if (!(error instanceof AnamnesisError)) throw error;
    }
  }
  try {
    await submitErasure(context, { record, approvals });
    return true;
  } catch (error) {
    if (hasCode(error, "bad-approvals")) return false;
    throw error;
  }
}

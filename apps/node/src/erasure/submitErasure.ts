import type { ErasureApprovals } from "@anamnesis/api/routes/recordVerbs";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { custodyNotReady } from "../runtime/refuse.ts";

/**
 * Brings an erasure onto the ledger with as many custodians' signatures as its committee's threshold; on disk when it resolves. The same
 * record again changes nothing. Throws `bad-approvals`, `custody-not-ready`.
 */
export async function submitErasure(
  context: Pick<NodeContext, "copy" | "db" | "durable" | "ledger" | "wake">,
  { record, approvals }: ErasureApprovals,
): Promise<void> {
  const committee = await context.copy.committee();
  if (committee === null) throw custodyNotReady("committee");
  const digest = intentDigest(context.ledger.identity, {
    type: "EraseRecord",
    record,
    shown: { custodians: [] },
  });
  const valid = new Map<OrganisationId, Uint8Array>();
  for (const { custodian, signature } of approvals) {
    if (!committee.members.includes(custodian)) continue;
    const member = await context.copy.member(custodian);
    // The ledger takes no word of a member that is suspended or was removed.
    if (member?.status === "active" && verifyBy(digest, signature, member.signer))
      valid.set(custodian, signature);
  }
  if (valid.size < committee.threshold) throw badApprovals(committee.threshold, valid.size);
  const shown = [...valid].slice(0, committee.threshold);
  const intent: Intent = {
    type: "EraseRecord",
    record,
    shown: { custodians: shown.map(([custodian]) => custodian) },
  };
  const signatures = shown.map(([, signature]) => signature);
  await context.durable("erase.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures }, dedupeOf(intent))),
  );
  context.wake("outbox");
}

function badApprovals(needed: number, valid: number): AnamnesisError<"bad-approvals"> {
  return new AnamnesisError({
    code: "bad-approvals",
    rule: "A record is erased on the ledger with the signatures of as many custodians as open one.",
    fix: "Send the erase request to further custodians.",
    meta: { needed, valid },
  });
}

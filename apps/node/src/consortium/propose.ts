import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hash32 } from "@anamnesis/core/ids";
import { ledgerDomain, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";
import { acceptKeyTypedData, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { NodeContext } from "../context.ts";
import { requireActive, sendOwn } from "./sendOwn.ts";

/**
 * Proposes in the organisation's name, with its vote for it; on disk when it resolves with the proposal's id. What the ledger refuses
 * shows in `consortiumStatus`. Throws `member-not-active`, `unknown-request`, `key-not-accepted`.
 */
export async function propose(context: NodeContext, action: ProposalAction): Promise<Hash32> {
  await requireActive(context);
  if (action.type === "admit") await requireRequest(context, joinRequestIdOf(action.entrant));
  if (action.type === "rotate-key") requireAcceptance(context, action);
  const { organisation } = context;
  const intent = { type: "Propose", organisation, action, salt: toHex(context.random.bytes(32)) } as const;
  await sendOwn(context, intent);
  return proposalIdOf(intent);
}

/** The ledger asks the same: whoever has the key has to want it. */
function requireAcceptance(
  { ledger }: Pick<NodeContext, "ledger">,
  action: Extract<ProposalAction, { type: "rotate-key" }>,
): void {
  const digest = typedDataDigest(acceptKeyTypedData(ledgerDomain(ledger.identity, "consortium"), action));
  if (verifyBy(digest, fromHex(action.acceptance), action.signer)) return;
  throw new AnamnesisError({
    code: "key-not-accepted",
    rule: "A member's new key has signed, for this ledger, that it will be that member's.",
    fix: "Have the member make an offer with `anamnesis node keys next` against this consortium's nodes.",
  });
}

async function requireRequest({ db }: Pick<NodeContext, "db">, request: Hash32): Promise<void> {
  const rows = await db.query("select 1 as one from ledger_join_requests where request = $1", [request]);
  if (rows.length > 0) return;
  throw new AnamnesisError({
    code: "unknown-request",
    rule: "A proposal to admit names a request that the entrant made, exactly as it made it.",
    fix: "Have the entrant's request brought to the ledger, and wait until the status shows it.",
  });
}

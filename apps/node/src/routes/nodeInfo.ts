import type { NodeInfo } from "@anamnesis/api/routes/exchange";
import type { NodeContext } from "../context.ts";
import { VERSION } from "../version.ts";

/** Who this node is and which ledger it follows. */
export async function nodeInfo(context: NodeContext): Promise<NodeInfo> {
  const member = await context.copy.member(context.organisation);
  return {
    organisation: context.organisation,
    name: context.name,
    keyCard: context.keys.cardDigest,
    custodian: member?.custodian ?? false,
    ledger: { chainId: context.ledger.identity.chainId, contracts: context.ledger.identity.contracts },
    version: VERSION,
    time: context.clock.now(),
  };
}

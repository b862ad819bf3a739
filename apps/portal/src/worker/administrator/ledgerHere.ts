import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { identityOf } from "@anamnesis/sdk/consortium";

/** The ledger that this node follows. */
export async function ledgerHere(node: Client): Promise<LedgerIdentity> {
  return identityOf(await node.call(exchangeRoutes.node, {}, undefined));
}

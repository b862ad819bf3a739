import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/**
 * Tells the ledger where this node listens, when it says something else (a node may get another port at each start).
 * Does nothing before the copy of the ledger is complete: the version has to follow the newest.
 */
export async function announceEndpoint(context: NodeContext, endpoint: string): Promise<void> {
  if (context.copy.head() === null) return;
  const member = await context.copy.member(context.organisation);
  // The ledger takes nothing of one that is suspended or removed.
  if (member?.status !== "active" || member.endpoint === endpoint) return;
  const rows = await context.db.query<{ version: number }>(
    "select coalesce(max(version), 0) as version from ledger_endpoints where organisation = $1",
    [context.organisation],
  );
  const intent: Intent = {
    type: "SetEndpoint",
    organisation: context.organisation,
    endpoint,
    version: (rows[0]?.version ?? 0) + 1,
  };
  const signature = context.keys.signDigest(intentDigest(context.ledger.identity, intent));
  await context.durable("directory.endpoint", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent))),
  );
  context.wake("outbox");
}

import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hash32 } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { decidedBy } from "@anamnesis/core/ledger/tally";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { notFound } from "../runtime/refuse.ts";
import { consortiumStatus } from "./consortiumStatus.ts";

/**
 * Has the votes on an open proposal counted again: nobody signs it, and it changes what they decide by now. On disk when it resolves.
 * Throws `not-found`, `proposal-closed`, and `undecided` while the votes are not enough either way.
 */
export async function settle(
  context: NodeContext,
  { proposal }: { readonly proposal: Hash32 },
): Promise<void> {
  const { proposals } = await consortiumStatus(context);
  const found = proposals.find((candidate) => candidate.proposal === proposal);
  if (found === undefined) throw notFound();
  if (found.state !== "open") {
    throw new AnamnesisError({
      code: "proposal-closed",
      rule: "Votes are counted until a proposal is decided or expires.",
      fix: "Propose it again if it is still wanted.",
    });
  }
  if (decidedBy(found.tally) === null) {
    throw new AnamnesisError({
      code: "undecided",
      rule: "A new count closes a proposal on which enough active members agree, or so many do not that it cannot be carried.",
      fix: "Wait for more votes; `consortium status` says how many it needs.",
    });
  }
  const intent: Intent = { type: "SettleProposal", proposal };
  // Once for each block: a count that decided nothing after all is called for again when members or votes have changed.
  const dedupe = `${dedupeOf(intent)}:${context.copy.head()?.number ?? 0}`;
  await context.durable("consortium.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [] }, dedupe)),
  );
  context.wake("outbox");
}

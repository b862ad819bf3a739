import { auditRoutes } from "@anamnesis/api/routes/audit";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type { Hash32, OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { MemberRow } from "../indexer/ledgerCopy.ts";
import { logSigner } from "../receipts/logSigner.ts";
import { memberKeyCards } from "../directory/memberKeyCards.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { verifyByOneOf } from "./verifyByOneOf.ts";

/** Milliseconds that a witness is given: it reads one small file. */
export const WITNESS_TIMEOUT = 5000;

/** Who witnesses this node's log: all other members that are active. */
export async function witnessesOf({
  organisation,
  copy,
}: Pick<NodeContext, "organisation" | "copy">): Promise<readonly MemberRow[]> {
  const members = await copy.members();
  return members.filter((member) => member.organisation !== organisation && member.status === "active");
}

/**
 * Learns which heads this node signed before: the newest in its database, and those that witnesses hold, each asked until
 * it has answered once since the start. One that is away holds nothing up. Does nothing before the copy of the ledger is
 * complete. A head counts only with this node's own signature: no witness can make a log look rolled back.
 */
export async function askWitnesses(context: NodeContext): Promise<void> {
  const { copy, db, standing } = context;
  if (copy.head() === null) return;
  const [own] = await db.query<{ size: number; root: Hash32 }>(
    "select size, root from checkpoints order by size desc limit 1",
  );
  standing.note("own", own ?? null);
  const silent = (await witnessesOf(context)).filter(
    ({ organisation }) => !standing.hasAnswered(organisation),
  );
  await Promise.all(silent.map((witness) => askWitness(context, witness)));
  const missing = standing.contradiction(context.receipts);
  if (missing !== null) {
    context.log.error("log-rolled-back", { signed: missing.size, size: context.receipts.head().size });
  }
  standing.finishAsking();
}

/** Notes the head of this node's log that one witness holds; nothing when it does not answer. */
export async function askWitness(
  context: NodeContext,
  { organisation, endpoint }: Pick<MemberRow, "organisation" | "endpoint">,
): Promise<void> {
  const { standing, log } = context;
  try {
    const held = await heldBy(context, endpoint, context.organisation);
    standing.note(organisation, held);
  } catch {
    log.warn("witness-silent", { organisation });
  }
}

async function heldBy(
  context: NodeContext,
  endpoint: string,
  own: OrganisationId,
): Promise<{ readonly size: number; readonly root: Hash32 } | null> {
  const client = clientFor(context, endpoint);
  let text: string;
  try {
    text = await client.call(auditRoutes.witnessedCheckpoint, { organisation: own }, undefined, {
      timeout: WITNESS_TIMEOUT,
    });
  } catch (error) {
    if (hasCode(error, "not-found")) return null;
    throw error;
  }
  const cards = await memberKeyCards(context, own);
  const { size, root } = verifyByOneOf(text, logSigner(context), cards);
  return { size, root: toHex(root) };
}

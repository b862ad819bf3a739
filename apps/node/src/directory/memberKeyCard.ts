import { type KeyCard, keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { NodeContext } from "../context.ts";
import type { MemberRow } from "../indexer/ledgerCopy.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { keepKeyCard } from "./keyCards.ts";

/** A member's key card: kept here, else fetched from the member and held against the ledger's digest. `null` when it cannot be had now. */
export async function memberKeyCard(
  context: NodeContext,
  member: Pick<MemberRow, "organisation" | "keyCard" | "endpoint">,
): Promise<KeyCard | null> {
  if (member.keyCard === context.keys.cardDigest) return context.keys.card;
  const rows = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from key_cards where digest = $1",
    [member.keyCard],
  );
  if (rows[0] !== undefined) return keyCard.decode(rows[0].bytes);
  try {
    const client = clientFor(context, member.endpoint);
    const card = await client.call(exchangeRoutes.getKeyCard, { digest: member.keyCard }, undefined);
    if (keyCardDigest(card) !== member.keyCard) return null;
    await context.durable("directory.key-card", () => keepKeyCard(context.db, card));
    return card;
  } catch {
    context.log.warn("key-card-unreachable", { organisation: member.organisation });
    return null;
  }
}

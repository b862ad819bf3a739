import { type KeyCard, keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { notFound } from "../runtime/refuse.ts";

/** In the caller's transaction or write point. Content-addressed: the ledger says which cards count. */
export async function keepKeyCard(tx: Queryable, value: KeyCard): Promise<Digest> {
  const digest = keyCardDigest(value);
  await tx.query(
    "insert into key_cards (digest, ed25519, bytes) values ($1, $2, $3) on conflict (digest) do nothing",
    [digest, toHex(value.ed25519), keyCard.encode(value)],
  );
  return digest;
}

/** As `keepKeyCard` for each: what of them is there already stays. */
export async function keepKeyCards(tx: Queryable, values: readonly KeyCard[]): Promise<void> {
  for (const value of values) await keepKeyCard(tx, value);
}

/** Throws `not-found`. */
export async function getKeyCard(context: Pick<NodeContext, "db">, digest: Digest): Promise<KeyCard> {
  const rows = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from key_cards where digest = $1",
    [digest],
  );
  if (rows[0] === undefined) throw notFound();
  return keyCard.decode(rows[0].bytes);
}

import { keyCard } from "@anamnesis/core/actor/keyCard";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";

/** Most grants that one key card can have waiting here, so that a flood fills no disk; the oldest goes first. */
const MOST_GRANTS = 1024;

/** Keeps a sealed grant for a person, device or organisation of this node. Throws `not-found` for anyone else's. */
export async function putGrant(context: NodeContext, value: Grant): Promise<void> {
  if (!(await belongsHere(context, value.keyCard))) throw notFound();
  const digest = grant.digest(value);
  await context.durable("grant.rows", () =>
    context.db.transaction(async (tx) => {
      // Before anything else, so that a repetition pushes nothing out.
      const known = await tx.query("select 1 as one from grants where digest = $1", [digest]);
      if (known.length > 0) return;
      const rows = await tx.query<{ count: number }>(
        "select count(*)::int as count from grants where key_card = $1",
        [value.keyCard],
      );
      if ((rows[0]?.count ?? 0) >= MOST_GRANTS) {
        await tx.query(
          `delete from grants where digest in
           (select digest from grants where key_card = $1 order by received_at limit 1)`,
          [value.keyCard],
        );
      }
      await tx.query("insert into grants (digest, key_card, bytes, received_at) values ($1, $2, $3, $4)", [
        digest,
        value.keyCard,
        grant.encode(value),
        context.clock.now(),
      ]);
    }),
  );
}

async function belongsHere(context: NodeContext, digest: Digest): Promise<boolean> {
  if (digest === context.keys.cardDigest) return true;
  const actors = await context.copy.actors();
  return actors.some((actor) => actor.keyCard === digest && actor.organisation === context.organisation);
}

/** The grants that wait for a key card, for whoever holds its Ed25519 key. Throws `not-authorised`, `not-found`. */
export async function listGrants(
  context: NodeContext,
  digest: Digest,
  signer: Hex,
): Promise<readonly Grant[]> {
  const cards = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from key_cards where digest = $1",
    [digest],
  );
  if (cards[0] === undefined) throw notFound();
  if (toHex(keyCard.decode(cards[0].bytes).ed25519) !== signer)
    throw notAuthorised("the holder of the key card");
  const rows = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from grants where key_card = $1 order by received_at, digest limit $2",
    [digest, MOST_GRANTS],
  );
  return rows.map((row) => grant.decode(row.bytes));
}

import { AnamnesisError } from "@anamnesis/core/errors";
import { type Permit, permitDigest, permitSigner } from "@anamnesis/core/segment/permit";
import type { NodeContext } from "../context.ts";
import { newestCard } from "./cardStore.ts";
import { currentOwner } from "./currentOwner.ts";
import { findPermit, keepPermit } from "./permitStore.ts";

/**
 * Takes the current owner's signatures on permits in place of those of an owner before: records of earlier times name the same
 * permits and count under the new owner's word. Only what this node keeps already, or what permits its own organisation. All of them or none.
 *
 * Throws `bad-permit`.
 */
export async function renewPermits(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "copy" | "organisation">,
  permits: readonly Permit[],
): Promise<void> {
  const { identity } = context.ledger;
  for (const permit of permits) {
    const card = await newestCard(context.db, permit.body.segment);
    const owner = card === null ? null : await currentOwner(context, card);
    const signed = owner !== null && permitSigner(identity, permit) === owner;
    const concerned =
      permit.body.organisation === context.organisation ||
      (await findPermit(context.db, permitDigest(identity, permit.body))) !== null;
    if (!signed || !concerned) throw badPermit();
  }
  await context.durable("permit.rows", () =>
    context.db.transaction(async (tx) => {
      for (const permit of permits) await keepPermit(tx, identity, permit);
    }),
  );
}

function badPermit(): AnamnesisError<"bad-permit"> {
  return new AnamnesisError({
    code: "bad-permit",
    rule: "A node takes a permit that the segment's current owner signed, for its own organisation or in place of one that it keeps.",
    fix: "Publish the segment's cards here first, then sign with the key of its current owner.",
  });
}

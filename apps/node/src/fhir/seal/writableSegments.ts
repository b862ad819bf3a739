import { AnamnesisError } from "@anamnesis/core/errors";
import { permitDigest, type Permit, verifyPermit } from "@anamnesis/core/segment/permit";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { Admission } from "@anamnesis/sdk/permit";
import type { NodeContext } from "../../context.ts";
import { newestCard } from "../../segments/cardStore.ts";
import { currentOwner } from "../../segments/currentOwner.ts";
import { findPermit } from "../../segments/permitStore.ts";

/** Where and under what permit this organisation writes now. */
export interface WritableSegment {
  readonly card: Card;
  readonly permit: Permit;
}

/**
 * The segment of a kind as its newest card has it, and the permit as its owner of now signed it: in the admission, or after a rotation to this node.
 * Throws `bad-admission` with `meta.reason`: `kind`, `cards`, `owner` (the new owner's card did not come yet), `permit`.
 */
export async function writableSegment(
  context: Pick<NodeContext, "db" | "copy" | "ledger" | "organisation">,
  { segments }: Admission,
  kind: SegmentKind,
): Promise<WritableSegment> {
  const given = segments.find(({ opening }) => opening.kind === kind);
  if (given === undefined) throw badAdmission("kind");
  const segment = segmentIdOfOpening(given.opening);
  const card = await newestCard(context.db, segment);
  if (card === null) throw badAdmission("cards");
  const owner = await currentOwner(context, card);
  if (owner !== card.body.owner) throw badAdmission("owner");
  const { identity } = context.ledger;
  const { body } = given.permit;
  if (body.segment !== segment || body.organisation !== context.organisation) throw badAdmission("permit");
  if (verifyPermit(identity, given.permit, owner)) return { card, permit: given.permit };
  const renewed = await findPermit(context.db, permitDigest(identity, body));
  if (renewed === null || !verifyPermit(identity, renewed, owner)) throw badAdmission("permit");
  return { card, permit: renewed };
}

export function badAdmission(reason: string): AnamnesisError<"bad-admission"> {
  return new AnamnesisError({
    code: "bad-admission",
    rule: "An organisation writes into a segment with the patient's permit for it, today, and the segment's cards.",
    fix: "Ask the patient for a new admission to this organisation.",
    meta: { reason },
  });
}

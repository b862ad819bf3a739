import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import type { HttpSigner } from "@anamnesis/api/http/signature";
import { isNewerChain } from "../cards/isNewerChain.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { connect, type Runtime } from "../runtime.ts";

/**
 * The newest card of a segment that a custodian has, its whole chain verified. Throws `segment-not-found` when no node that answers has one.
 * @param signer of anybody: cards are shown to who knows the segment's id.
 */
export async function segmentCard(
  runtime: Runtime,
  { identity, committee }: Pick<Consortium, "identity" | "committee">,
  signer: HttpSigner,
  segment: SegmentId,
): Promise<Card> {
  const chains = await concurrently(committee.custodians, 4, async ({ endpoint }) => {
    try {
      const { cards } = await connect(runtime, endpoint, signer).call(
        exchangeRoutes.getCards,
        { segment },
        undefined,
      );
      verifyChain(identity, cards);
      return cards[0]?.body.segment === segment ? cards : [];
    } catch (error) {
      // Another custodian may have it; what is none is nobody's word.
      if (error instanceof AnamnesisError) return [];
      throw error;
    }
  });
  let newest: readonly Card[] = [];
  for (const cards of chains) if (isNewerChain(cards, newest)) newest = cards;
  const card = newest.at(-1);
  if (card !== undefined) return card;
  throw new AnamnesisError({
    code: "segment-not-found",
    rule: "A request goes to a segment whose card the custodians have.",
    fix: "Compare the contact code with what the patient shows, and try again when the custodians answer.",
  });
}

import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import { verifyPermit } from "@anamnesis/core/segment/permit";
import { type SegmentOpening, segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { cardsAt } from "./cards/publishCards.ts";
import type { Admission } from "./permit.ts";
import type { Runtime } from "./runtime.ts";

/**
 * What an organisation's own node has of a patient's permits, for somebody of it who knows the segments by their openings, from grants: an admission of those in which the
 * organisation may write now; `null` when there is none. Of several permits of a segment the longest counts. Throws what the node answers.
 *
 * @param node the organisation's own, with somebody of it as signer.
 */
export async function admissionFor(parameters: {
  readonly runtime: Pick<Runtime, "now">;
  readonly identity: LedgerIdentity;
  readonly node: Client;
  readonly organisation: OrganisationId;
  readonly openings: readonly SegmentOpening[];
}): Promise<Admission | null> {
  const { runtime, identity, node, organisation, openings } = parameters;
  const segments: Admission["segments"][number][] = [];
  for (const opening of openings) {
    const segment = segmentIdOfOpening(opening);
    const cards = await cardsAt(node, segment);
    const newest = cards.at(-1);
    if (newest === undefined || cards[0]?.body.segment !== segment) continue;
    verifyChain(identity, cards);
    const { permits } = await node.call(exchangeRoutes.ownPermits, { segment }, undefined);
    const live = permits
      .filter(
        (permit) =>
          permit.body.segment === segment &&
          permit.body.organisation === organisation &&
          permit.body.notAfter >= runtime.now() &&
          verifyPermit(identity, permit, (newest satisfies Card).body.owner),
      )
      .toSorted((a, b) => b.body.notAfter - a.body.notAfter);
    const [permit] = live;
    if (permit !== undefined) segments.push({ opening, cards, permit });
  }
  return segments.length === 0 ? null : { organisation, segments };
}

import { fetchCertificate } from "../committee/fetchCertificate.ts";
import type { NodeContext } from "../context.ts";
import { announceEndpoint } from "../directory/announceEndpoint.ts";
import { fetchMemberCards } from "../directory/fetchMemberCards.ts";
import { followConsents } from "../fhir/patient/followConsents.ts";
import { enqueueStoredRevocations } from "../outbox/enqueueStoredRevocations.ts";
import { enqueueRecordWishes } from "../records/enqueueRecordWishes.ts";
import { fetchManifests } from "./fetchManifests.ts";
import type { Followed } from "./followLedger.ts";

/** Milliseconds after which it is done again on a quiet ledger: somebody who was away may be back. */
const AGAIN = 1000;

/**
 * What a pass over the ledger has in its train: revocations whose consent has come, the status of posted Consents, this node's own address, members' key
 * cards, manifests, what is to be said of records that stand now, the committee's certificate. It is work for a dozen statements, so on a quiet ledger it is not done at
 * every look.
 *
 * @param url where this node listens.
 */
export function createFollowUps(
  context: NodeContext,
  url: string,
): (followed: Pick<Followed, "events" | "reorganisations">) => Promise<void> {
  const every = Math.max(1, Math.ceil(AGAIN / context.settings.ledgerPoll));
  let quiet = every;
  return async ({ events, reorganisations }) => {
    quiet++;
    if (events === 0 && reorganisations === 0 && quiet < every) return;
    await enqueueStoredRevocations(context);
    await followConsents(context);
    await announceEndpoint(context, url);
    await fetchMemberCards(context);
    await fetchManifests(context);
    await enqueueRecordWishes(context);
    await fetchCertificate(context);
    // Only a whole round counts: what failed is tried again at the next look.
    quiet = 0;
  };
}

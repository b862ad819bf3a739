import { exchangeRoutes as routes } from "@anamnesis/api/routes/exchange";
import { parseCid } from "@anamnesis/core/encoding/cid";
import { type Hex, parseConsentId, parseDigest, parseSegmentId } from "@anamnesis/core/ids";
import { createCatchUp } from "../access/catchUp.ts";
import type { RequestWindow } from "../access/requestWindow.ts";
import { giveBlob } from "../blobs/giveBlob.ts";
import { takeBlob } from "../blobs/takeBlob.ts";
import { consentState } from "../consents/consentState.ts";
import { getBlobs } from "../blobs/getBlobs.ts";
import { registerConsent } from "../consents/registerConsent.ts";
import { PeerClocks } from "../clock/peerClocks.ts";
import { Waits } from "../consents/waits.ts";
import type { NodeContext } from "../context.ts";
import { directoryPage } from "../directory/directoryPage.ts";
import { isKnownKey } from "../directory/isKnownKey.ts";
import { ownActor } from "../directory/ownActor.ts";
import { getKeyCard, keepKeyCard } from "../directory/keyCards.ts";
import { grantArrivals, listGrants, putGrant } from "../grants/grantStore.ts";
import { getHandOver, putHandOver } from "../handOvers/handOverStore.ts";
import { listReceipts } from "../receipts/listReceipts.ts";
import { listHeaders } from "../records/listHeaders.ts";
import { putRecords } from "../records/putRecords.ts";
import { putStatus, recordStatus } from "../records/recordStatus.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";
import { putCard } from "../segments/cardStore.ts";
import { permitsFor } from "../segments/permitStore.ts";
import { putCards } from "../segments/putCards.ts";
import { renewPermits } from "../segments/renewPermits.ts";
import { rotationsOf } from "../segments/rotationsOf.ts";
import { standingCards } from "../segments/standingCards.ts";
import { segmentStates } from "../segments/segmentStates.ts";
import { handler, type Handler } from "./handler.ts";
import { health } from "./health.ts";
import { nodeInfo } from "./nodeInfo.ts";

/** Records, cards, permits, grants, blobs: what travels between patients, organisations and nodes. */
export function exchangeHandlers(
  context: NodeContext,
  window: RequestWindow,
  peers: Pick<PeerClocks, "ahead"> = new PeerClocks(),
): readonly Handler[] {
  const waits = new Waits();
  const access = { window, catchUp: createCatchUp(context, "access_waits_total") };
  const grants = grantArrivals();
  return [
    handler(routes.health, () => health(context, window, peers)),
    handler(routes.metrics, () => context.metrics.render()),
    handler(routes.node, () => nodeInfo(context)),
    handler(routes.directory, () => directoryPage(context)),
    handler(routes.getKeyCard, ({ params }) => getKeyCard(context, parseDigest(params.digest))),
    handler(routes.putKeyCard, async ({ request, signer }) => {
      await admitKnown(context, signer);
      await context.durable("directory.key-card", () => keepKeyCard(context.db, request));
    }),
    handler(routes.getCards, async ({ params }) => {
      const cards = await standingCards(context, parseSegmentId(params.segment));
      if (cards.length === 0) throw notFound();
      return { cards };
    }),
    handler(routes.putCard, ({ request }) => putCard(context, request)),
    handler(routes.putCards, async ({ request }) => ({ status: await putCards(context, request.cards) })),
    handler(routes.renewPermits, ({ request }) => renewPermits(context, request.permits)),
    handler(routes.rotations, ({ request }) => rotationsOf(context, request)),
    handler(routes.ownPermits, async ({ params, signer }) => {
      await admitKnown(context, signer);
      const segment = parseSegmentId(params.segment);
      return { permits: await permitsFor(context.db, segment, context.organisation) };
    }),
    handler(routes.putHandOver, async ({ request, signer }) => {
      if ((await ownActor(context, signer)) === null)
        throw notAuthorised("people and devices of this organisation");
      await putHandOver(context, request.locator, request.sealed, request.expiresAt);
    }),
    handler(routes.getHandOver, ({ params }) => getHandOver(context, parseDigest(params.locator))),
    handler(routes.segmentStates, async ({ request }) => ({
      segments: await segmentStates(context, request.segments),
    })),
    handler(routes.putRecords, async ({ request }) => ({
      records: await putStatus(context, await putRecords(context, request)),
    })),
    handler(routes.recordStatus, async ({ request }) => ({
      records: await recordStatus(context, request.records),
    })),
    handler(routes.putBlob, ({ params, request, signer }) =>
      takeBlob(context, parseCid(params.cid), request, signer),
    ),
    handler(routes.getBlob, ({ params, range }) => giveBlob(context, parseCid(params.cid), range)),
    handler(routes.getBlobs, ({ request }) => getBlobs(context, request.cids)),
    handler(routes.listHeaders, ({ request }) => listHeaders(context, access, request)),
    handler(routes.listReceipts, ({ request }) => listReceipts(context, access, request)),
    handler(routes.putGrant, ({ request, signer }) => putGrant(context, grants, request, signer as Hex)),
    handler(routes.listGrants, ({ params, query, signer }) =>
      listGrants(context, parseDigest(params.digest), signer as Hex, query.get("after") ?? ""),
    ),
    handler(routes.registerConsent, ({ request }) => registerConsent(context, request)),
    handler(routes.consentState, ({ params, query, signer }) => {
      const wait = Number(query.get("wait") ?? 0) || 0;
      const answer = () => consentState(context, parseConsentId(params.consent), wait);
      return wait > 0 ? waits.hold(signer as Hex, answer) : answer();
    }),
  ];
}

async function admitKnown(context: NodeContext, signer: Hex | null): Promise<void> {
  if (signer === null || !(await isKnownKey(context, signer))) {
    throw notAuthorised("members' nodes and this organisation's people and devices");
  }
}

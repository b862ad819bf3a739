import { recordVerbRoutes as routes } from "@anamnesis/api/routes/recordVerbs";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { ownActor } from "../directory/ownActor.ts";
import { declinesOf } from "../endorse/declinesOf.ts";
import { endorsementQueue } from "../endorse/endorsementQueue.ts";
import { endorseRecord } from "../endorse/endorseRecord.ts";
import { keepDecline } from "../endorse/keepDecline.ts";
import { erasureReceiptsOf } from "../erasure/erasureReceiptsOf.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { submitErasure } from "../erasure/submitErasure.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { retractRecord } from "../records/retractRecord.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { handler, type Handler } from "./handler.ts";

/** What is done to records after they were written: endorse, take back, erase. */
export function recordVerbHandlers(context: NodeContext): readonly Handler[] {
  const admit = (signer: Hex | null): void => {
    if (signer === null || !context.settings.admins.includes(signer))
      throw notAuthorised("administrators of this node");
  };
  return [
    handler(routes.eraseRecord, ({ request }) => takeErasure(context, request)),
    handler(routes.submitErasure, ({ request }) => submitErasure(context, request)),
    handler(routes.erasureReceipts, async ({ request }) => ({
      receipts: await erasureReceiptsOf(context, request.records),
    })),
    handler(routes.signErasure, async ({ request, signer }) => {
      admit(signer);
      return signErasure(context, request.record);
    }),
    handler(routes.retractRecord, async ({ request, signer }) => {
      admit(signer);
      await retractRecord(context, request.record);
    }),
    handler(routes.endorsementQueue, async ({ signer }) => {
      const isAdmin = signer !== null && context.settings.admins.includes(signer);
      if (!isAdmin && (await ownActor(context, signer)) === null)
        throw notAuthorised("people and devices of this organisation");
      return endorsementQueue(context);
    }),
    handler(routes.endorseRecord, ({ request, signer }) => endorseRecord(context, signer as Hex, request)),
    handler(routes.putDecline, ({ request }) => keepDecline(context, request)),
    handler(routes.listDeclines, ({ request }) => declinesOf(context, request.records)),
  ];
}

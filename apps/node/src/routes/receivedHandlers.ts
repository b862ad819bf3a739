import { receivedRoutes as routes } from "@anamnesis/api/routes/received";
import type { Hex } from "@anamnesis/core/ids";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { keepRecords } from "../fhir/received/keepRecords.ts";
import { listPurges } from "../fhir/received/listPurges.ts";
import { handler, type Handler } from "./handler.ts";

/** What this organisation's people opened elsewhere and give to their own node. */
export function receivedHandlers(context: NodeContext, window: RequestWindow): readonly Handler[] {
  return [
    handler(routes.keepRecords, ({ request, signer }) => keepRecords(context, signer as Hex, request)),
    handler(routes.receivedPurges, ({ request }) => listPurges(context, window, request)),
  ];
}

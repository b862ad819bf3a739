import { receivedRoutes as routes } from "@anamnesis/api/routes/received";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { keepRecords } from "../fhir/received/keepRecords.ts";
import { handler, type Handler } from "./handler.ts";

/** What this organisation's people opened elsewhere and give to their own node. */
export function receivedHandlers(context: NodeContext): readonly Handler[] {
  return [handler(routes.keepRecords, ({ request, signer }) => keepRecords(context, signer as Hex, request))];
}

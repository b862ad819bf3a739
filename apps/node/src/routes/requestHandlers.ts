import { requestRoutes as routes } from "@anamnesis/api/routes/requests";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { ownRequests, withdrawRequest } from "../requests/askerWishes.ts";
import { keepAnswer } from "../requests/keepAnswer.ts";
import { keepRequest, requestArrivals } from "../requests/keepRequest.ts";
import { listRequests } from "../requests/listRequests.ts";
import { handler, type Handler } from "./handler.ts";

/** Requests for access: who asks, what the patient says. */
export function requestHandlers(context: NodeContext, window: RequestWindow): readonly Handler[] {
  const arrivals = requestArrivals();
  return [
    handler(routes.putRequest, ({ request }) => keepRequest(context, arrivals, request)),
    handler(routes.ownRequests, ({ request }) => ownRequests(context, window, request)),
    handler(routes.withdrawRequest, ({ request }) => withdrawRequest(context, window, request)),
    handler(routes.listRequests, ({ request }) => listRequests(context, window, request)),
    handler(routes.putAnswer, ({ request }) => keepAnswer(context, request)),
  ];
}

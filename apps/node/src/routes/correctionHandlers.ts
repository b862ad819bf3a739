import { correctionRoutes as routes } from "@anamnesis/api/routes/corrections";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { correctionQueue } from "../corrections/correctionQueue.ts";
import { correctionArrivals, keepCorrection } from "../corrections/keepCorrection.ts";
import { keepCorrectionAnswer } from "../corrections/keepCorrectionAnswer.ts";
import { listCorrections } from "../corrections/listCorrections.ts";
import { withdrawCorrection } from "../corrections/withdrawCorrection.ts";
import { handler, type Handler } from "./handler.ts";

/** Corrections that owners ask for: what is asked, what the author says. */
export function correctionHandlers(context: NodeContext, window: RequestWindow): readonly Handler[] {
  const arrivals = correctionArrivals();
  return [
    handler(routes.putCorrection, ({ request }) => keepCorrection(context, arrivals, request)),
    handler(routes.correctionQueue, ({ request, signer }) => correctionQueue(context, signer, request.from)),
    handler(routes.listCorrections, ({ request }) => listCorrections(context, window, request)),
    handler(routes.withdrawCorrection, ({ request }) => withdrawCorrection(context, request)),
    handler(routes.putCorrectionAnswer, ({ request }) => keepCorrectionAnswer(context, request)),
  ];
}

import { exchangeRoutes, recordStatuses } from "@anamnesis/api/routes/exchange";
import type { BrowserContext } from "playwright-core";
import { answerRoute } from "./answerRoute.ts";

const STATUS = `**${exchangeRoutes.recordStatus.path}`;

/** From now on this browser hears that no node has the records whose state it asks for; what this returns ends it. */
export async function missRecords(context: BrowserContext): Promise<() => Promise<void>> {
  return answerRoute(context, STATUS, async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const { records } = recordStatuses.decode(await response.body());
    const missing = records.map((status) => ({ ...status, accepted: false, stored: false, anchor: null }));
    return route.fulfill({ response, body: Buffer.from(recordStatuses.encode({ records: missing })) });
  });
}

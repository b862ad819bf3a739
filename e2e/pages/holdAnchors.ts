import { exchangeRoutes, headerPage, recordStatuses } from "@anamnesis/api/routes/exchange";
import type { BodyLabel } from "@anamnesis/core/ids";
import { bodyLabel } from "@anamnesis/core/record/header";
import type { BrowserContext } from "playwright-core";
import { answerRoute } from "./answerRoute.ts";

const STATUS = `**${exchangeRoutes.recordStatus.path}`;
const LISTING = `**${exchangeRoutes.listHeaders.path}`;

/**
 * From now on this browser hears of records that are listed for the first time, and of those whose state it asks for, that they are not on the ledger yet: as it is for some seconds after they were written,
 * here for as long as a test needs. What is listed until the promise resolves is known; `letGo` ends it.
 */
export async function holdAnchors(
  context: BrowserContext,
  listOnce: () => Promise<void>,
): Promise<{ readonly begin: () => void; readonly letGo: () => Promise<void> }> {
  const known = new Set<BodyLabel>();
  let isHeld = false;
  const letLists = await answerRoute(context, LISTING, async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const page = headerPage.decode(await response.body());
    const headers = page.headers.map(({ header, anchor }) => {
      const id = bodyLabel(header.body);
      if (!isHeld) known.add(id);
      return { header, anchor: known.has(id) ? anchor : null };
    });
    return route.fulfill({ response, body: Buffer.from(headerPage.encode({ ...page, headers })) });
  });
  const letStates = await answerRoute(context, STATUS, async (route) => {
    const response = await route.fetch();
    if (!isHeld || !response.ok()) return route.fulfill({ response });
    const { records } = recordStatuses.decode(await response.body());
    const held = records.map((status) => ({ ...status, anchor: null }));
    return route.fulfill({ response, body: Buffer.from(recordStatuses.encode({ records: held })) });
  });
  await listOnce();
  return {
    begin: () => {
      isHeld = true;
    },
    letGo: async () => {
      await letLists();
      await letStates();
    },
  };
}

import type { BrowserContext } from "playwright-core";

interface Page {
  readonly headers: readonly { readonly header: unknown; readonly anchor: unknown }[];
}

const LISTING = "**/v1/access/headers";

/**
 * From now on this browser hears of records that are listed for the first time, that they are not on the ledger yet: as it is for some seconds after they were written,
 * here for as long as a test needs. What is listed until the promise resolves is known; `letGo` ends it.
 */
export async function holdAnchors(
  context: BrowserContext,
  listOnce: () => Promise<void>,
): Promise<{ readonly begin: () => void; readonly letGo: () => Promise<void> }> {
  const known = new Set<string>();
  let isHeld = false;
  await context.route(LISTING, async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const page = (await response.json()) as Page;
    const headers = page.headers.map(({ header, anchor }) => {
      const id = JSON.stringify(header);
      if (!isHeld) known.add(id);
      return { header, anchor: known.has(id) ? anchor : null };
    });
    return route.fulfill({ response, json: { ...page, headers } });
  });
  await listOnce();
  return {
    begin: () => {
      isHeld = true;
    },
    letGo: () => context.unroute(LISTING),
  };
}

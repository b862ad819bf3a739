import type { AccessServices } from "../access/authoriseAccess.ts";
import type { RequestWindow } from "../access/requestWindow.ts";

/** Answers by what the copy of the ledger holds now. */
export function atOnce(window: RequestWindow): AccessServices {
  return { window, catchUp: async () => false };
}

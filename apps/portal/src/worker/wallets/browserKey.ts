import { portalRoutes } from "@anamnesis/api/routes/portal";
import { hasCode } from "@anamnesis/core/errors";
import { callPortal } from "../../api/portal.ts";
import { forgetBrowserKey, keepBrowserKey, keptBrowserKey } from "../keyStore.ts";
import type { WorkerMethods } from "../protocol.ts";
import { session } from "../session.ts";
import { unlock } from "../unlock.ts";

export const unlockHere: WorkerMethods["unlockHere"] = async () => {
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  const vaultKey = await keptBrowserKey(account);
  if (vaultKey === null) return null;
  try {
    return await unlock({ vaultKey });
  } catch (error) {
    // The vault was sealed anew under another key: this one opens nothing any more.
    if (!hasCode(error, "vault-closed")) throw error;
    await forgetBrowserKey(account);
    return null;
  }
};

export const keepBrowser: WorkerMethods["keepBrowser"] = async () => {
  const { account, key } = session().vault;
  await keepBrowserKey({ account, key, credential: null });
};

export const forgetBrowser: WorkerMethods["forgetBrowser"] = async () =>
  forgetBrowserKey(session().vault.account);

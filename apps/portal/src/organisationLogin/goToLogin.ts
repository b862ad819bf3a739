import {
  type LoginPurpose,
  portalOrganisationLoginRoutes,
} from "@anamnesis/api/routes/portalOrganisationLogin";
import { callPortal } from "../api/portal.ts";

/** Of this tab alone: where somebody wanted to go before the sign-in. */
const WANTED = "anamnesis-wanted";

/**
 * Leads this tab to the organisation's login. Resolves when somebody comes back to the page as it was, by the browser's own button. Throws what the node refuses.
 * @param to own address to go on at afterwards.
 */
export async function goToLogin(purpose: LoginPurpose, to: string): Promise<void> {
  const { url } = await callPortal(portalOrganisationLoginRoutes.organisationLoginBegin, { purpose });
  globalThis.sessionStorage.setItem(WANTED, to);
  globalThis.location.assign(url);
  await new Promise((resolve) => {
    globalThis.addEventListener("pageshow", resolve, { once: true });
  });
}

/** The address of before, once. */
export function takeWanted(): string {
  const wanted = globalThis.sessionStorage.getItem(WANTED);
  globalThis.sessionStorage.removeItem(WANTED);
  return wanted ?? "/";
}

import { type AccountKind, portalRoutes } from "@anamnesis/api/routes/portal";
import { callPortal } from "../api/portal.ts";
import type { PasskeySecret } from "../worker/protocol.ts";
import { createPasskey } from "./passkey.ts";
import { touchPasskey } from "./touch.ts";

/**
 * Makes a passkey, of a new account for who is not signed in. Whether its authenticator has the PRF is known only when a real `get` gave 32 bytes: many give none at the making, so it
 * is asked once more by signing in. Throws `passkey-cancelled`, `no-prf`, and what the node refuses.
 */
export async function registerPasskey(kind: AccountKind = "patient"): Promise<PasskeySecret> {
  const begun = await callPortal(portalRoutes.passkeyRegistrationOptions, { kind });
  const made = await createPasskey(begun.options);
  await callPortal(portalRoutes.passkeyRegistration, { ceremony: begun.ceremony, response: made.response });
  return touchPasskey();
}

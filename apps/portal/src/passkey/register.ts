import { portalRoutes } from "@anamnesis/api/routes/portal";
import { callPortal } from "../api/portal.ts";
import type { PasskeySecret } from "../worker/protocol.ts";
import { createPasskey, getPasskey, secretOf } from "./passkey.ts";

/**
 * Makes an account with a passkey. Whether its authenticator has the PRF is known only when a real `get` gave 32 bytes: many give none at the making, so it
 * is asked once more by signing in. Throws `passkey-cancelled`, `no-prf`, and what the node refuses.
 */
export async function registerPasskey(): Promise<PasskeySecret> {
  const begun = await callPortal(portalRoutes.passkeyRegistrationOptions, { kind: "patient" });
  const made = await createPasskey(begun.options);
  await callPortal(portalRoutes.passkeyRegistration, { ceremony: begun.ceremony, response: made.response });
  const asked = await callPortal(portalRoutes.passkeySignInOptions, {});
  const used = await getPasskey(asked.options);
  const secret = secretOf(used);
  await callPortal(portalRoutes.passkeySignIn, { ceremony: asked.ceremony, response: used.response });
  return secret;
}

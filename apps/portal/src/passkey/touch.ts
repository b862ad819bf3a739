import { portalRoutes } from "@anamnesis/api/routes/portal";
import { callPortal } from "../api/portal.ts";
import type { PasskeySecret } from "../worker/protocol.ts";
import { getPasskey, secretOf } from "./passkey.ts";

/** Signs in with a passkey, and gives what its PRF gave. Throws `passkey-cancelled`, `no-prf`, and what the node refuses. */
export async function touchPasskey(): Promise<PasskeySecret> {
  const { ceremony, options } = await callPortal(portalRoutes.passkeySignInOptions, {});
  const answer = await getPasskey(options);
  const secret = secretOf(answer);
  await callPortal(portalRoutes.passkeySignIn, { ceremony, response: answer.response });
  return secret;
}

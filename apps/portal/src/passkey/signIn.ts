import { portalRoutes } from "@anamnesis/api/routes/portal";
import { callPortal } from "../api/portal.ts";
import { ask } from "../worker/client.ts";
import type { Who } from "../worker/protocol.ts";
import { getPasskey, secretOf } from "./passkey.ts";

/** One touch: the same answer of the authenticator signs in and opens the keys. Throws `passkey-cancelled`, `no-prf`, and what node and worker refuse. */
export async function signInWithPasskey(): Promise<Who> {
  const { ceremony, options } = await callPortal(portalRoutes.passkeySignInOptions, {});
  const answer = await getPasskey(options);
  const secret = secretOf(answer);
  await callPortal(portalRoutes.passkeySignIn, { ceremony, response: answer.response });
  return ask("unlockWithPasskey", secret);
}

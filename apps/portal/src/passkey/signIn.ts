import { ask } from "../worker/client.ts";
import type { Who } from "../worker/protocol.ts";
import { touchPasskey } from "./touch.ts";

/** One touch: the same answer of the authenticator signs in and opens the keys. Throws `passkey-cancelled`, `no-prf`, and what node and worker refuse. */
export async function signInWithPasskey(): Promise<Who> {
  return ask("unlockWithPasskey", await touchPasskey());
}

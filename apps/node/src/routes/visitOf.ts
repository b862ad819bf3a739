import { notSignedIn } from "../http/portalGate.ts";
import type { SignedIn, Visit } from "../portal/visit.ts";
import type { Call } from "./handler.ts";

/** The server gives every call of a route with a session a visit, and one that needs it who is signed in. */
export function visitOf({ visit }: Pick<Call<string, unknown>, "visit">): Visit {
  if (visit === null) throw notSignedIn();
  return visit;
}

export function signedInOf(call: Pick<Call<string, unknown>, "visit">): SignedIn {
  const { signedIn } = visitOf(call);
  if (signedIn === null) throw notSignedIn();
  return signedIn;
}

import { portalWalletRoutes as routes } from "@anamnesis/api/routes/portalWallets";
import type { NodeContext } from "../context.ts";
import { sessionAnswer } from "../portal/accounts.ts";
import type { Sessions } from "../portal/session/sessions.ts";
import type { Wallets } from "../portal/wallets/wallets.ts";
import { handler, type Handler } from "./handler.ts";
import { signedInOf, visitOf } from "./visitOf.ts";

/** Signing in to the node's own pages with a wallet. */
export function walletHandlers(
  context: NodeContext,
  { sessions, wallets }: { readonly sessions: Sessions; readonly wallets: Wallets },
): readonly Handler[] {
  return [
    handler(routes.walletNonce, (call) => wallets.nonce(visitOf(call))),
    handler(routes.walletSignIn, async (call) => {
      const visit = visitOf(call);
      const account = await wallets.signIn(visit, call.request);
      return sessionAnswer(context, await sessions.begin(visit, account, "wallet"));
    }),
    handler(routes.walletLink, async (call) => {
      const signedIn = signedInOf(call);
      await wallets.link(visitOf(call), signedIn, call.request);
      return sessionAnswer(context, signedIn);
    }),
    handler(routes.walletRemoval, async (call) => {
      const signedIn = signedInOf(call);
      await wallets.remove(signedIn, call.request.wallet);
      // Whoever has the wallet may have a session by it.
      await sessions.endAll(signedIn.account);
      return sessionAnswer(context, await sessions.renew(visitOf(call), signedIn));
    }),
  ];
}

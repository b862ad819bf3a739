import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import type { SignIn } from "@anamnesis/api/routes/portal";
import type { NodeConfig } from "../config.ts";
import type { NodeContext } from "../context.ts";
import { PortalGate } from "../http/portalGate.ts";
import type { Handler } from "../routes/handler.ts";
import { portalHandlers } from "../routes/portalHandlers.ts";
import { walletHandlers } from "../routes/walletHandlers.ts";
import { createDeviceOffers } from "./devices/deviceOffers.ts";
import { createMemberOrigins, type MemberOrigins } from "./memberOrigins.ts";
import { nodeOrigins } from "./nodeOrigins.ts";
import { createPages, type Pages } from "./pages/pages.ts";
import { readPages } from "./pages/readPages.ts";
import { SignInGuard } from "./guard/signInGuard.ts";
import { createPasskeys } from "./passkeys/passkeys.ts";
import { type WebauthnSite, webauthnSite } from "./passkeys/webauthnSite.ts";
import type { PortalOffer } from "./portalConfig.ts";
import { Sessions } from "./session/sessions.ts";
import type { SessionStore } from "./session/sessionStore.ts";
import { createWallets } from "./wallets/wallets.ts";

export interface Portal {
  readonly handlers: readonly Handler[];
  readonly gate: PortalGate;
  readonly pages: Pages;
  readonly origins: MemberOrigins;
}

/** The node's part of the portal. @param url the node's public address, once it is known. */
export async function createPortal(
  context: NodeContext,
  config: NodeConfig["portal"],
  url: () => string,
  store: SessionStore,
  accounts: ContractAccounts,
): Promise<Portal> {
  const origins = createMemberOrigins(context, config.origins);
  const sessions = new Sessions(context, store);
  const guard = new SignInGuard(context);
  const site = (): WebauthnSite | null => webauthnSite(url());
  const passkeys = createPasskeys(context, guard, site);
  const devices = createDeviceOffers(context, guard);
  const wallets = createWallets(context, guard, accounts, () => nodeOrigins(url()));
  const offer = (): PortalOffer =>
    new Set<SignIn>([
      // A wallet is added to an account, which a passkey makes.
      ...(site() === null ? [] : (["passkey", "wallet"] as const)),
      ...(config.demo === null ? [] : (["demo"] as const)),
    ]);
  return {
    handlers: [
      ...portalHandlers(context, { sessions, passkeys, devices, offer, demo: config.demo }),
      ...walletHandlers(context, { sessions, wallets }),
    ],
    gate: new PortalGate({ sessions, origins: () => nodeOrigins(url()) }),
    pages: createPages({ files: await readPages(config.pages), origins, random: context.random, url }),
    origins,
  };
}

import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import type { SignIn } from "@anamnesis/api/routes/portal";
import type { NodeConfig } from "../config.ts";
import type { NodeContext } from "../context.ts";
import { PortalGate } from "../http/portalGate.ts";
import type { RawMount } from "../http/server.ts";
import type { Handler } from "../routes/handler.ts";
import { organisationLoginHandlers } from "../routes/organisationLoginHandlers.ts";
import { portalHandlers } from "../routes/portalHandlers.ts";
import { walletHandlers } from "../routes/walletHandlers.ts";
import { createDeviceOffers } from "./devices/deviceOffers.ts";
import { createMemberOrigins, type MemberOrigins } from "./memberOrigins.ts";
import { nodeOrigins } from "./nodeOrigins.ts";
import { createPages, type Pages } from "./pages/pages.ts";
import { readPages } from "./pages/readPages.ts";
import { SignInGuard } from "./guard/signInGuard.ts";
import type { StaffLogin, StaffLoginParts } from "./organisationLogin/createStaffLogin.ts";
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
  /** What is called by others than the pages. */
  readonly raw: readonly RawMount[];
}

/** The node's part of the portal. @param url the node's public address, once it is known. Throws `bad-config` for a client's secret that cannot be read. */
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
  const staffLogin = await openStaffLogin(context, config.oidc, { guard, sessions, site });
  const logins = staffLogin?.logins ?? null;
  const offer = (): PortalOffer =>
    new Set<SignIn>([
      // A wallet and the organisation's login are added to an account, which a passkey makes.
      ...(site() === null ? [] : (["passkey", "wallet"] as const)),
      ...(site() === null || logins === null ? [] : (["oidc"] as const)),
      ...(config.demo === null ? [] : (["demo"] as const)),
    ]);
  return {
    handlers: [
      ...portalHandlers(context, { sessions, passkeys, devices, logins, offer, demo: config.demo }),
      ...walletHandlers(context, { sessions, wallets }),
      ...organisationLoginHandlers(context, { sessions, logins }),
    ],
    gate: new PortalGate({ sessions, origins: () => nodeOrigins(url()) }),
    pages: createPages({ files: await readPages(config.pages), origins, random: context.random, url }),
    origins,
    raw: staffLogin === null ? [] : [staffLogin.logout],
  };
}

/** Its libraries are loaded where an organisation has a login of its own, and nowhere else. */
async function openStaffLogin(
  context: NodeContext,
  settings: NodeConfig["portal"]["oidc"],
  parts: StaffLoginParts,
): Promise<StaffLogin | null> {
  if (settings === null) return null;
  const { createStaffLogin } = await import("./organisationLogin/createStaffLogin.ts");
  return createStaffLogin(context, settings, parts);
}

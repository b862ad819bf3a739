import { portalRoutes as routes } from "@anamnesis/api/routes/portal";
import type { NodeContext } from "../context.ts";
import { deviceHandlers } from "./deviceHandlers.ts";
import { sessionAnswer } from "../portal/accounts.ts";
import { demoAccount, demoIdentities } from "../portal/demo/demoPeople.ts";
import type { DeviceOffers } from "../portal/devices/deviceOffers.ts";
import type { OrganisationLogins } from "../portal/organisationLogin/organisationLogins.ts";
import type { Passkeys } from "../portal/passkeys/passkeys.ts";
import { portalConfig, type PortalOffer } from "../portal/portalConfig.ts";
import { keepRegistration } from "../portal/registrations/registrationStore.ts";
import type { Sessions } from "../portal/session/sessions.ts";
import { getVault, putVault } from "../portal/vault/vaultStore.ts";
import { handler, type Handler } from "./handler.ts";
import { signedInOf, visitOf } from "./visitOf.ts";

export interface PortalServices {
  readonly sessions: Sessions;
  readonly passkeys: Passkeys;
  readonly devices: DeviceOffers;
  /** `null`: the organisation has no login of its own here. */
  readonly logins: OrganisationLogins | null;
  readonly offer: () => PortalOffer;
  /** File of the demo's people; `null`: this is no demo. */
  readonly demo: string | null;
}

/** What the node's own pages ask. */
export function portalHandlers(context: NodeContext, services: PortalServices): readonly Handler[] {
  const { sessions, passkeys, logins, offer, demo } = services;
  return [
    handler(routes.portalConfig, async () => portalConfig(context, offer())),
    handler(routes.passkeyRegistrationOptions, (call) =>
      passkeys.registrationOptions(visitOf(call), call.request.kind),
    ),
    handler(routes.passkeyRegistration, async (call) => {
      const visit = visitOf(call);
      const account = await passkeys.register(visit, call.request);
      return sessionAnswer(context, visit.signedIn ?? (await sessions.begin(visit, account, "passkey")));
    }),
    handler(routes.passkeySignInOptions, () => passkeys.signInOptions()),
    handler(routes.passkeySignIn, async (call) => {
      const visit = visitOf(call);
      const account = await passkeys.signIn(visit, call.request);
      // Who came by the organisation's login and opens the keys with a passkey, once in a browser, signs out of both.
      const isSame = visit.signedIn?.account === account && visit.signedIn.how === "oidc";
      return sessionAnswer(context, await sessions.begin(visit, account, isSame ? "oidc" : "passkey"));
    }),
    handler(routes.passkeyRemoval, async (call) => {
      const signedIn = signedInOf(call);
      await passkeys.remove(signedIn, call.request.credential);
      // Whoever has the device may have a session of it.
      await sessions.endAll(signedIn.account);
      return sessionAnswer(context, await sessions.renew(visitOf(call), signedIn));
    }),
    handler(routes.portalSession, async (call) => sessionAnswer(context, signedInOf(call))),
    handler(routes.endPortalSession, async (call) => {
      const { session, account, how } = signedInOf(call);
      if (call.request.everywhere) await sessions.endAll(account);
      else await sessions.end(session);
      visitOf(call).cookie(null);
      // Else whoever sits down next at a computer of many would be let in by one click.
      const next = how === "oidc" ? await logins?.logoutUrl() : null;
      return next === null || next === undefined ? {} : { next };
    }),
    handler(routes.portalVault, async (call) => getVault(context, signedInOf(call).account)),
    handler(routes.putPortalVault, async (call) => putVault(context, signedInOf(call).account, call.request)),
    ...deviceHandlers(context, services),
    handler(routes.putRegistration, async (call) => {
      await keepRegistration(context, signedInOf(call), call.request.card);
      return {};
    }),
    handler(routes.demoIdentities, () => demoIdentities(demo)),
    handler(routes.demoSignIn, async (call) => {
      const { account, vaultKey } = await demoAccount(context, demo, call.request.id);
      const signedIn = await sessions.begin(visitOf(call), account, "demo");
      return { ...(await sessionAnswer(context, signedIn)), vaultKey };
    }),
  ];
}

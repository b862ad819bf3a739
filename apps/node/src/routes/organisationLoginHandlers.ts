import { portalOrganisationLoginRoutes as routes } from "@anamnesis/api/routes/portalOrganisationLogin";
import type { NodeContext } from "../context.ts";
import { sessionAnswer } from "../portal/accounts.ts";
import type { OrganisationLogins } from "../portal/organisationLogin/organisationLogins.ts";
import type { Sessions } from "../portal/session/sessions.ts";
import { notOffered } from "../portal/signInFailed.ts";
import { handler, type Handler } from "./handler.ts";
import { signedInOf, visitOf } from "./visitOf.ts";

export interface OrganisationLoginServices {
  readonly sessions: Sessions;
  /** `null`: the organisation has no login of its own here. */
  readonly logins: OrganisationLogins | null;
}

/** Signing in to the node's own pages with the organisation's login. */
export function organisationLoginHandlers(
  context: NodeContext,
  { sessions, logins }: OrganisationLoginServices,
): readonly Handler[] {
  const offered = (): OrganisationLogins => logins ?? refuse();
  return [
    handler(routes.organisationLoginBegin, async (call) => ({
      url: await offered().begin(visitOf(call), call.request.purpose),
    })),
    handler(routes.organisationLoginAnswer, async (call) => {
      const visit = visitOf(call);
      const answered = await offered().answer(visit, call.request.query);
      const signedIn =
        answered.purpose === "link"
          ? answered.signedIn
          : await sessions.begin(visit, answered.account, "oidc");
      return { purpose: answered.purpose, session: await sessionAnswer(context, signedIn) };
    }),
    handler(routes.organisationLoginRemoval, async (call) => {
      const signedIn = signedInOf(call);
      await offered().remove(signedIn);
      // Whoever has the login may have a session by it.
      await sessions.endAll(signedIn.account);
      return sessionAnswer(context, await sessions.renew(visitOf(call), signedIn));
    }),
  ];
}

function refuse(): never {
  throw notOffered();
}

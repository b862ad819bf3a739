import { oneOf, struct, text } from "@anamnesis/core/encoding/codec";
import { json, route } from "../route.ts";
import { portalSession } from "./portal.ts";

/** What somebody goes to the organisation's own login for: to come in, or to have it sign in to the account that they are in. */
export const LOGIN_PURPOSES = ["sign-in", "link"] as const;
export type LoginPurpose = (typeof LOGIN_PURPOSES)[number];

/** Where the organisation's provider sends the browser back to: a page, which hands on what it brought. */
export const LOGIN_RETURN_PATH = "/sign-in/organisation";
/** Where the provider says that somebody is signed out (OpenID Connect Back-Channel Logout 1.0). No route of the pages: the provider's own server calls it. */
export const BACK_CHANNEL_LOGOUT_PATH = "/portal/v1/organisation-login/logout";

const purpose = oneOf(LOGIN_PURPOSES);

/** Signing in with the login of the organisation whose node it is (OpenID Connect Core 1.0). For staff alone; it opens no vault, as a wallet opens none. */
export const portalOrganisationLoginRoutes = {
  /** Gives the browser a secret of its own, without which the answer of the provider counts for nothing. */
  organisationLoginBegin: route({
    name: "organisationLoginBegin",
    method: "POST",
    path: "/portal/v1/organisation-login/begin",
    signed: false,
    session: "optional",
    request: json(struct({ purpose })),
    answer: json(struct({ url: text(8192, /^https?:\/\//) })),
    codes: ["not-offered", "sign-in-again", "login-linked", "provider-unavailable"],
  }),
  /** What the provider sent the browser back with. Whoever comes in has the answer's session; a link leaves that as it is. */
  organisationLoginAnswer: route({
    name: "organisationLoginAnswer",
    method: "POST",
    path: "/portal/v1/organisation-login/answer",
    signed: false,
    session: "optional",
    request: json(struct({ query: text(8192) })),
    answer: json(struct({ purpose, session: portalSession })),
    codes: [
      "not-offered",
      "sign-in-failed",
      "login-refused",
      "login-unknown",
      "login-taken",
      "login-linked",
      "provider-unavailable",
    ],
  }),
  /** Ends all sessions but this one: whoever has the login may have one. */
  organisationLoginRemoval: route({
    name: "organisationLoginRemoval",
    method: "POST",
    path: "/portal/v1/organisation-login/removal",
    signed: false,
    session: "required",
    request: json(struct({})),
    answer: json(portalSession),
    codes: ["not-found"],
  }),
} as const;

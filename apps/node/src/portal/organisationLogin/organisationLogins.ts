import { createHash, createHmac } from "node:crypto";
import { fromBase64url, toBase64url } from "@anamnesis/api/http/base64url";
import { LOGIN_RETURN_PATH, type LoginPurpose } from "@anamnesis/api/routes/portalOrganisationLogin";
import { hasCode } from "@anamnesis/core/errors";
import type { NodeContext } from "../../context.ts";
import { notSignedIn } from "../../http/portalGate.ts";
import { notFound } from "../../runtime/refuse.ts";
import { beginCeremony, type CeremonyState, takeCeremony } from "../ceremony/ceremonies.ts";
import type { SignInGuard } from "../guard/signInGuard.ts";
import { notOffered, signInFailed } from "../signInFailed.ts";
import type { SignedIn, Visit } from "../visit.ts";
import { isAllowed } from "./isAllowed.ts";
import { loginLinked, loginRefused, loginTaken, loginUnknown, signInAgain } from "./loginErrors.ts";
import type { LoginProvider, LoginRequest } from "./loginProvider.ts";
import type { LoginSettings } from "./loginSettings.ts";
import { organisationLogin } from "./organisationLogin.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random" | "log">;

/** Seconds since the sign-in, in which a login is linked: who finds a page open must not make it theirs. */
const JUST_IN = 900;

export type Answered =
  | { readonly purpose: "sign-in"; readonly account: string }
  | { readonly purpose: "link"; readonly signedIn: SignedIn };

export interface OrganisationLogins {
  /** Where the browser goes. Throws `not-offered`, `not-signed-in`, `sign-in-again`, `login-linked`, `rate-limited`, `provider-unavailable`. */
  begin(visit: Visit, purpose: LoginPurpose): Promise<string>;
  /**
   * What the provider says of who came back, used up by asking. Throws `sign-in-failed`, `login-refused`, `login-unknown`, `login-taken`, `login-linked`, `not-offered`,
   * `rate-limited`, `provider-unavailable`.
   */
  answer(visit: Visit, query: string): Promise<Answered>;
  /** Throws `not-found`. */
  remove(signedIn: SignedIn): Promise<void>;
  /** Where the login that somebody came by is ended; `null`: nowhere, or the provider does not say. */
  logoutUrl(): Promise<string | null>;
}

/**
 * The organisation's own login (OpenID Connect Core 1.0, authorisation code with PKCE). It is linked to an account of staff that a passkey made, and then gives a session of it; no key comes
 * from it. The node keeps a hash of issuer and subject, and no token.
 *
 * What makes an answer this browser's: a secret in its cookie, from which verifier and nonce are derived, so that code and state alone are of no use elsewhere.
 */
export function createOrganisationLogins(
  context: Context,
  guard: SignInGuard,
  {
    settings,
    provider,
    origin,
  }: {
    readonly settings: LoginSettings;
    readonly provider: LoginProvider;
    /** Under which browsers have the node's pages; `null`: nobody makes passkeys there, so there are no accounts. */
    readonly origin: () => string | null;
  },
): OrganisationLogins {
  const { db, durable, clock, log } = context;
  const issuer = new URL(settings.issuer).href;

  const requestOf = (secret: string, state: string): LoginRequest => {
    const derive = (label: string): string =>
      createHmac("sha256", secret).update(`${label}\0${state}`).digest("base64url");
    return {
      state,
      verifier: derive("verifier"),
      nonce: derive("nonce"),
      redirectUri: `${origin() ?? refuse()}${LOGIN_RETURN_PATH}`,
    };
  };

  const linkedTo = async (account: string): Promise<string | null> => {
    const rows = await db.query<{ subject: string }>(
      "select subject from portal_logins where how = 'oidc' and account = $1",
      [account],
    );
    return rows[0]?.subject ?? null;
  };

  /** The reason stands in the log: it is mostly one of the settings, and nothing in it is a person's. */
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (hasCode(error, "provider-unavailable"))
        log.warn("organisation-login", { code: error.code, why: String(error.cause) });
      throw error;
    }
  };

  /** Whose login came back, under the name by which accounts know it. */
  const loginOf = async (query: URLSearchParams, request: LoginRequest): Promise<string> => {
    const outcome = await noted(() => provider.redeem(query, request));
    if (outcome.kind === "denied") throw loginRefused();
    if (outcome.kind === "failed") {
      log.warn("organisation-login", { code: "sign-in-failed", why: outcome.why });
      throw signInFailed();
    }
    if (!isAllowed(outcome.claims, settings.allowed)) throw loginRefused();
    return organisationLogin(issuer, outcome.claims.sub);
  };

  const link = async (account: string, login: string): Promise<void> =>
    durable("portal.login", () =>
      db.transaction(async (tx) => {
        // One account at a time: two links at once would be two logins.
        await tx.query("select 1 as one from portal_accounts where account = $1 for update", [account]);
        const others = await tx.query(
          "select 1 as one from portal_logins where how = 'oidc' and account = $1 and subject <> $2",
          [account, login],
        );
        if (others.length > 0) throw loginLinked();
        const kept = await tx.query<{ account: string }>(
          `insert into portal_logins as l (how, subject, account, created) values ('oidc', $1, $2, $3)
           on conflict (how, subject) do update set subject = l.subject returning account`,
          [login, account, clock.now()],
        );
        if (kept[0]?.account !== account) throw loginTaken();
      }),
    );

  const accountOf = async (login: string): Promise<string> => {
    const rows = await db.query<{ account: string }>(
      `select l.account from portal_logins l join portal_accounts a on a.account = l.account
       where l.how = 'oidc' and l.subject = $1 and a.kind = 'staff'`,
      [login],
    );
    return rows[0]?.account ?? unknown();
  };

  return {
    begin: async (visit, purpose) => {
      const { network, signedIn } = visit;
      await guard.admit(loginsOf(network));
      const linking = purpose === "link" ? staffOf(signedIn) : null;
      if (linking !== null && clock.now() >= linking.created + JUST_IN) throw signInAgain();
      const account = linking?.account ?? null;
      if (account !== null && (await linkedTo(account)) !== null) throw loginLinked();
      const secret = toBase64url(context.random.bytes(32));
      const ceremony = await beginCeremony(context, "organisation-login", {
        purpose,
        account,
        browser: hashOf(secret),
      });
      const url = await noted(() => provider.requestUrl(requestOf(secret, toBase64url(ceremony))));
      visit.loginCookie(secret);
      return url;
    },

    answer: async (visit, text) => {
      const { network, signedIn, login: secret } = visit;
      const who = loginsOf(network);
      await guard.admit(who);
      const query = new URLSearchParams(text);
      const state = query.get("state") ?? "";
      const id = fromBase64url(state);
      try {
        const begun = id?.length === 16 ? await takeCeremony(context, "organisation-login", id) : null;
        if (begun === null || secret === null || begun["browser"] !== hashOf(secret)) throw signInFailed();
        visit.loginCookie(null);
        // Somebody else came in meanwhile: the login is not theirs.
        if (begun["purpose"] === "link" && !isOf(begun, signedIn)) throw signInFailed();
        const login = await loginOf(query, requestOf(secret, state));
        if (begun["purpose"] !== "link") return { purpose: "sign-in", account: await accountOf(login) };
        const linking = staffOf(signedIn);
        await link(linking.account, login);
        return { purpose: "link", signedIn: linking };
      } catch (error) {
        if (hasCode(error, "sign-in-failed")) await guard.failed(who);
        throw error;
      }
    },

    remove: async ({ account }) => {
      const gone = await durable("portal.login", () =>
        db.query("delete from portal_logins where how = 'oidc' and account = $1 returning 1 as one", [
          account,
        ]),
      );
      if (gone.length === 0) throw notFound();
    },

    logoutUrl: async () => {
      const there = origin();
      return there === null ? null : provider.logoutUrl(`${there}/sign-in`);
    },
  };
}

/** Counted apart: answers that are late or come twice, and a provider that fails, keep nobody from a passkey. */
function loginsOf(network: string): { readonly network: string; readonly account: null } {
  return { network: `organisation-login ${network}`, account: null };
}

function isOf({ account }: CeremonyState, signedIn: SignedIn | null): boolean {
  return signedIn !== null && signedIn.account === account;
}

/** Patients are nobody's staff: they are not offered it. */
function staffOf(signedIn: SignedIn | null): SignedIn {
  if (signedIn === null) throw notSignedIn();
  if (signedIn.kind !== "staff") throw notOffered();
  return signedIn;
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function refuse(): never {
  throw notOffered();
}

function unknown(): never {
  throw loginUnknown();
}

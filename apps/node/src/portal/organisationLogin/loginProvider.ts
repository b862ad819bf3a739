import type { UnixSeconds } from "@anamnesis/core/ids";
import { jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import * as oauth from "oauth4webapi";
import type { NodeContext } from "../../context.ts";
import { isLoopback } from "../nodeOrigins.ts";
import { isSafeFor } from "./isSafeFor.ts";
import { providerUnavailable } from "./loginErrors.ts";
import type { LoginSettings } from "./loginSettings.ts";
import { providerFetch } from "./providerFetch.ts";
import { providerKeys } from "./providerKeys.ts";
import type { ClientAuthFor } from "./readClientAuth.ts";

/** Signatures by which a token counts: none with a shared secret, and never none at all. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "Ed25519",
  "EdDSA",
];
/** Answers that say no to the person (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6); all others are about the node. */
const DENIED = new Set([
  "access_denied",
  "login_required",
  "interaction_required",
  "account_selection_required",
  "consent_required",
]);
/** Seconds by which the provider's clock may differ. */
const CLOCKS_APART = 30;
/** Seconds for which what the provider says of itself is believed. */
const KNOWN_FOR = 3600;
/** Milliseconds for which somebody who signs out waits to hear where else. */
const LOGOUT_PATIENCE = 2000;
/** Seconds for which a logout token is taken, as it says when it was made and no provider has to say when it ends. */
export const LOGOUT_LIFE = 300;
/** The member of `events` that makes a token one (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

export type Claims = JWTPayload & { readonly sub: string };

export interface LoginRequest {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
  readonly redirectUri: string;
}

/** What came back: verified claims, or a word why not, for the log. `denied` is the provider's own no. */
export type LoginOutcome =
  | { readonly kind: "claims"; readonly claims: Claims }
  | { readonly kind: "denied" }
  | { readonly kind: "failed"; readonly why: string };

/** An OpenID provider, as far as a node has to do with one. All of it throws `provider-unavailable`. */
export interface LoginProvider {
  /** Where the browser goes (OpenID Connect Core 1.0 section 3.1.2.1). */
  requestUrl(request: LoginRequest): Promise<string>;
  /** @param query what the provider sent the browser back with. */
  redeem(query: URLSearchParams, request: LoginRequest): Promise<LoginOutcome>;
  /** Where a browser ends its login (OpenID Connect RP-Initiated Logout 1.0); `null`: the provider has no such place, or does not say soon. */
  logoutUrl(backTo: string): Promise<string | null>;
  /** Of a logout token that names its subject, also where it names a session; `null` for what is none. */
  readLogoutToken(token: string): Promise<{ readonly sub: string; readonly jti: string } | null>;
}

interface Known {
  readonly server: oauth.AuthorizationServer;
  readonly keys: JWTVerifyGetKey;
  readonly since: UnixSeconds;
}

/** The provider of the settings. It is asked for what it is when somebody wants to log in, and not while the node starts. */
export function createLoginProvider(
  { clock, timers }: Pick<NodeContext, "clock" | "timers">,
  settings: LoginSettings,
  authFor: ClientAuthFor,
): LoginProvider {
  const { clientId, scopes, maxAge } = settings;
  const issuer = new URL(settings.issuer);
  const bounded = providerFetch(issuer.href);
  const options = {
    [oauth.customFetch]: bounded,
    [oauth.allowInsecureRequests]: isLoopback(issuer.href),
  };
  /** The library reads the machine's clock: what the node's own says besides is given as a difference. */
  const client = (): oauth.Client => ({
    client_id: clientId,
    [oauth.clockSkew]: clock.now() - Math.floor(Date.now() / 1000),
    [oauth.clockTolerance]: CLOCKS_APART,
  });

  let known: Promise<Known> | null = null;
  const find = async (): Promise<Known> => {
    const answer = await oauth.discoveryRequest(issuer, options);
    const server = await oauth.processDiscoveryResponse(issuer, answer).catch(unusable);
    const { authorization_endpoint: page, token_endpoint: token, jwks_uri: keys } = server;
    for (const address of [page, token, keys]) {
      const url = address !== undefined && URL.canParse(address) ? new URL(address) : null;
      if (!isSafeFor(issuer.href, url)) throw providerUnavailable("bad-metadata");
    }
    // The own list, whatever the provider says that it signs with.
    const strict = { ...server, id_token_signing_alg_values_supported: ALGORITHMS };
    return { server: strict, keys: providerKeys(new URL(keys ?? ""), bounded), since: clock.now() };
  };
  const provider = async (): Promise<Known> => {
    const before = await known?.catch(() => null);
    if (before !== null && before !== undefined && clock.now() < before.since + KNOWN_FOR) return before;
    const asked = find();
    known = asked;
    asked.catch(() => {
      if (known === asked) known = null;
    });
    return asked;
  };

  /** The signature, beside what the caller looks at. Throws what `jose` throws, and `provider-unavailable`. */
  const verified = async (
    { server, keys }: Known,
    token: string,
  ): Promise<JWTPayload & { readonly typ?: string }> => {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: server.issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCKS_APART,
      currentDate: new Date(clock.now() * 1000),
    });
    return { ...payload, ...(protectedHeader.typ === undefined ? {} : { typ: protectedHeader.typ }) };
  };

  return {
    requestUrl: async ({ state, nonce, verifier, redirectUri }) => {
      const { server } = await provider();
      const url = new URL(server.authorization_endpoint ?? "");
      const parameters = {
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: "code",
        scope: ["openid", ...scopes].join(" "),
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(maxAge === null ? {} : { max_age: String(maxAge) }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },

    redeem: async (query, { state, nonce, verifier, redirectUri }) => {
      const there = await provider();
      const { server } = there;
      try {
        const parameters = oauth.validateAuthResponse(server, client(), query, state);
        const answer = await oauth.authorizationCodeGrantRequest(
          server,
          client(),
          authFor(server),
          parameters,
          redirectUri,
          verifier,
          options,
        );
        const tokens = await oauth.processAuthorizationCodeResponse(server, client(), answer, {
          expectedNonce: nonce,
          requireIdToken: true,
          ...(maxAge === null ? {} : { maxAge }),
        });
        const claims = oauth.getValidatedIdTokenClaims(tokens);
        if (claims === undefined) return { kind: "failed", why: "no-id-token" };
        await verified(there, tokens.id_token ?? "");
        // Also where the token is for one audience alone (OpenID Connect Core 1.0 section 3.1.3.7, 5).
        if (claims.azp !== undefined && claims.azp !== clientId)
          return { kind: "failed", why: "other-party" };
        return { kind: "claims", claims };
      } catch (error) {
        return outcomeOf(error);
      }
    },

    logoutUrl: async (backTo) => {
      const late = timers.sleep(LOGOUT_PATIENCE).then(() => null);
      const there = await Promise.race([provider().catch(() => null), late]);
      const place = there?.server.end_session_endpoint;
      const url = place !== undefined && URL.canParse(place) ? new URL(place) : null;
      if (url === null || !isSafeFor(issuer.href, url)) return null;
      // Without the ID token, which nobody keeps: the provider asks the person instead.
      url.searchParams.set("client_id", clientId);
      url.searchParams.set("post_logout_redirect_uri", backTo);
      return url.href;
    },

    readLogoutToken: async (token) => {
      const there = await provider();
      try {
        const { typ, ...claims } = await verified(there, token);
        const { sub, jti } = claims;
        if (!isLogout(claims, typ, clock.now()) || !isText(sub) || !isText(jti)) return null;
        return { sub, jti };
      } catch (error) {
        if (outcomeOf(error).kind === "failed") return null;
        throw error;
      }
    },
  };
}

/** What makes a logout token one (OpenID Connect Back-Channel Logout 1.0 section 2.6): an ID token is none. */
function isLogout({ iat, events, ...others }: JWTPayload, typ: string | undefined, now: number): boolean {
  const isTyped = typ === undefined || /^(?:application\/)?(?:logout\+jwt|jwt)$/i.test(typ);
  const isEvent = typeof events === "object" && events !== null && Object.hasOwn(events, LOGOUT_EVENT);
  const isNow = typeof iat === "number" && iat <= now + CLOCKS_APART && now < iat + LOGOUT_LIFE;
  return isTyped && isEvent && isNow && !("nonce" in others);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Errors of the libraries, by what they mean for the person. Throws `provider-unavailable`. */
function outcomeOf(error: unknown): LoginOutcome {
  if (error instanceof oauth.AuthorizationResponseError)
    return DENIED.has(error.error) ? { kind: "denied" } : unusable(error);
  if (error instanceof oauth.ResponseBodyError) {
    // The node itself is not known there any more: nothing that the person could do better.
    if (["invalid_client", "unauthorized_client"].includes(error.error)) return unusable(error);
    return { kind: "failed", why: wordOf(error.error) };
  }
  // The same, of a provider that answers with a challenge (RFC 6749 section 5.2).
  if (error instanceof oauth.WWWAuthenticateChallengeError) throw providerUnavailable("invalid_client");
  if (isUnavailable(error)) throw error;
  return { kind: "failed", why: codeOf(error) };
}

function unusable(error: unknown): never {
  if (isUnavailable(error)) throw error;
  const says = error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError;
  throw providerUnavailable(says ? wordOf(error.error) : codeOf(error));
}

function isUnavailable(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "provider-unavailable";
}

/** Of a library's error, which says nothing of what was sent. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? wordOf(String(error.code)) : "defect";
}

/** What a provider wrote, as far as it is a code. */
function wordOf(text: string): string {
  return /^[A-Za-z_]{1,64}$/.test(text) ? text : "unknown";
}

import { generateKeyPairSync } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { parseActorId } from "@anamnesis/core/ids";
import { isWithin, parseScope, type Scope } from "@anamnesis/fhir-server/access/scopes";
import { errors, interactionPolicy, type KoaContextWithOIDC, Provider } from "oidc-provider";
import type { NodeContext } from "../context.ts";
import type { FhirRequester } from "../fhir/requester.ts";
import { placeOf } from "../runtime/placeOf.ts";
import { bearerOf, unauthorised } from "./bearer.ts";
import { type FhirClient, PATIENT_SCOPES } from "./fhirClient.ts";
import { isActiveActor } from "./isActiveActor.ts";
import { PAGE_POLICY } from "./loginPage.ts";
import type { LoginStep } from "./loginStep.ts";
import { isOwnedStill, isPatientScope, type PatientLogin } from "./patientLogin.ts";
import { createSqlAdapter } from "./sqlAdapter.ts";
import { isPatientAccount, patientAccountOf } from "./takePatientLogin.ts";

/** Seconds for which a token is good. */
const TOKEN_LIFE = 300;
/** Seconds for which an assertion may be good (SMART App Launch 2.2, client-confidential-asymmetric). */
const ASSERTION_LIFE = 300;
/** Seconds for which a login may take, and a code may lie. */
const LOGIN_LIFE = 600;
const CODE_LIFE = 60;
/** Seconds for which it is kept who logged in: for the code, its token, and the clocks' difference. */
const GRANTED_LIFE = LOGIN_LIFE + CODE_LIFE + TOKEN_LIFE;
/** Seconds by which a client's clock may differ. */
const CLOCKS_APART = 10;
const ALGORITHMS = ["ES384", "RS384"] as const;
const PREFIX = "/oauth";
const LOGIN_PATH = /^\/login\/([\w-]{10,128})$/;

export interface OAuth {
  /** Answers a request under `/oauth`, whose body nobody read. Resolves when its work is done. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** What `/fhir/.well-known/smart-configuration` says (SMART App Launch 2.2, conformance). */
  smartConfiguration(): Readonly<Record<string, unknown>>;
  /**
   * Who asks with this `Authorization` header. The client has to be registered still, with the token's scopes and purpose, and its actor active in the directory.
   * Throws `fhir-unauthorised`; `challengeOf` makes its `WWW-Authenticate`.
   */
  requesterOf(authorization: string | undefined): Promise<FhirRequester>;
}

export interface OAuthOptions {
  readonly context: Pick<
    NodeContext,
    "clock" | "copy" | "db" | "durable" | "log" | "organisation" | "random" | "settings"
  >;
  /** The node's own address, without a slash at the end: tokens are good for its `/fhir`. */
  readonly url: string;
  readonly clients: readonly FhirClient[];
  readonly login: LoginStep;
}

/**
 * The node's authorisation server (SMART App Launch 2.2, RFC 6749): it gives registered clients short-lived tokens for `/fhir` and says later what was given. Tokens are opaque, so that each use
 * finds what holds now.
 */
export function createOAuth({ context, url, clients, login }: OAuthOptions): OAuth {
  const known = new Map(clients.map((client) => [client.clientId, client]));
  const issuer = `${url}${PREFIX}`;
  const resource = `${url}/fhir`;
  const tokenEndpoint = `${issuer}/token`;
  const defect = (error: unknown): void =>
    context.log.error("defect", {
      incident: toHex(context.random.bytes(8)),
      route: "oauth",
      at: placeOf(error),
    });
  const provider = createProvider({ context, clients, known, issuer, resource, tokenEndpoint, defect });
  const { host, protocol } = new URL(url);
  const answer = provider.callback();
  const granted = createSqlAdapter(context, "Purpose");

  /** The login's page, until somebody logged in; then back to the library, which makes the code. */
  const goOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { uid, params } = await provider.interactionDetails(request, response);
      const client = known.get(String(params["client_id"]));
      if (client === undefined || request.method !== "GET") throw new errors.SessionNotFound("no such login");
      const asked = { uid, client, scopes: String(params["scope"]).split(" ") };
      const loggedIn = await login.answered(asked);
      if (loggedIn === null) {
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-store",
          "content-security-policy": PAGE_POLICY,
          "referrer-policy": "no-referrer",
        });
        response.end(login.page(asked));
        return;
      }
      const { actor, patient, purpose } = loggedIn;
      const accountId = actor ?? patientAccountOf(uid);
      const grant = new provider.Grant({ accountId, clientId: client.clientId });
      grant.addResourceScope(resource, asked.scopes.join(" "));
      const grantId = await grant.save();
      await granted.upsert(grantId, { extra: { purpose_of_use: purpose, patient } }, GRANTED_LIFE);
      await provider.interactionFinished(request, response, {
        login: { accountId, remember: false },
        consent: { grantId },
      });
    } catch (error) {
      const isOver = error instanceof errors.SessionNotFound;
      if (!isOver) defect(error);
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(isOver ? 400 : 500, {
            "content-type": "text/plain; charset=utf-8",
            "cache-control": "no-store",
          })
          .end(
            isOver ? "This login is over. Begin again at the program." : "The node met a defect of its own.",
          );
    }
  };

  return {
    handle: async (request, response) => {
      // Addresses are the node's own, whatever a request says of the way that it came.
      for (const name of Object.keys(request.headers))
        if (name.startsWith("x-forwarded-")) delete request.headers[name];
      request.headers.host = host;
      request.headers["x-forwarded-proto"] = protocol.slice(0, -1);
      // By the difference of the two the library knows under which path it stands.
      Object.assign(request, { originalUrl: request.url });
      request.url = request.url?.slice(PREFIX.length) ?? "/";
      response.setHeader("x-content-type-options", "nosniff");
      const path = request.url.split("?")[0] ?? "";
      await (LOGIN_PATH.test(path) ? goOn : answer)(request, response);
    },

    smartConfiguration: () => ({
      issuer,
      token_endpoint: tokenEndpoint,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      authorization_endpoint: `${issuer}/auth`,
      grant_types_supported: ["client_credentials", "authorization_code"],
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["system/*.cruds", "user/*.cruds", ...PATIENT_SCOPES],
      capabilities: [
        "client-confidential-asymmetric",
        "launch-standalone",
        "permission-user",
        "permission-patient",
        "permission-v2",
      ],
    }),

    requesterOf: async (authorization) => {
      const value = bearerOf(authorization);
      const token =
        (await provider.ClientCredentials.find(value)) ?? (await provider.AccessToken.find(value));
      const client = known.get(token?.clientId ?? "");
      if (token === undefined || client === undefined || token.aud !== resource) {
        throw unauthorised("invalid_token");
      }
      const scopes = token.scope?.split(" ") ?? [];
      const said = token.extra?.["purpose_of_use"];
      const asked = typeof said === "string" ? said.split(" ") : [];
      const purposes = asked.flatMap((code) => client.purposes.find((one) => one === code) ?? []);
      const [purpose] = purposes;
      const given = client.scopes.map(parseScope);
      if (
        purpose === undefined ||
        purposes.length !== asked.length ||
        !scopes.every((scope) => isWithin(parseScope(scope), given))
      ) {
        throw unauthorised("invalid_token");
      }
      const isPatients = token.kind === "AccessToken" && isPatientAccount(token.accountId);
      if (!scopes.every((scope) => isPatientScope(scope) === isPatients)) throw unauthorised("invalid_token");
      const found = { client: client.clientId, role: client.role, purpose, purposes, scopes };
      if (isPatients) {
        const given = await granted.find(token.grantId ?? "");
        const patient = (given?.extra?.["patient"] ?? null) as PatientLogin | null;
        if (patient === null || !(await isOwnedStill(context, patient.segments))) {
          throw unauthorised("invalid_token");
        }
        return { ...found, actor: null, patient };
      }
      const actor = token.kind === "AccessToken" ? parseActorId(token.accountId) : client.actor;
      if (actor !== null && !(await isActiveActor(context, actor))) throw unauthorised("invalid_token");
      return { ...found, actor, patient: null };
    },
  };
}

interface ProviderOptions extends Pick<OAuthOptions, "context" | "clients"> {
  readonly known: ReadonlyMap<string, FhirClient>;
  readonly issuer: string;
  readonly resource: string;
  readonly tokenEndpoint: string;
  readonly defect: (error: unknown) => void;
}

function createProvider({
  context,
  clients,
  known,
  issuer,
  resource,
  tokenEndpoint,
  defect,
}: ProviderOptions): Provider {
  const off = { enabled: false };
  const provider = new Provider(issuer, {
    adapter: (model) => createSqlAdapter(context, model),
    clients: clients.map(({ clientId, name, jwks, scopes, redirectUris }) => ({
      client_id: clientId,
      client_name: name,
      token_endpoint_auth_method: "private_key_jwt",
      grant_types: [
        ...(scopes.some((scope) => scope.startsWith("system/")) ? ["client_credentials"] : []),
        ...(redirectUris.length === 0 ? [] : ["authorization_code"]),
      ],
      response_types: redirectUris.length === 0 ? [] : ["code"],
      redirect_uris: [...redirectUris],
      // Of redirect URIs: those of this machine too, which the configuration was read to allow.
      application_type: redirectUris.some((uri) => uri.startsWith("http:")) ? "native" : "web",
      // Not used, but its default is an algorithm for which there is no key.
      id_token_signed_response_alg: "ES256",
      jwks: { keys: jwks.map((key) => ({ ...key })) },
    })),
    // The library wants a key for id tokens, which are not given here.
    jwks: {
      keys: [
        {
          ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
          use: "sig",
        },
      ],
    },
    responseTypes: ["code"],
    pkce: { required: () => true },
    interactions: {
      policy: loginEachTime(),
      url: (_ctx, { uid }) => `${PREFIX}/login/${uid}`,
    },
    // What a login granted is for the one code that it leads to.
    loadExistingGrant: (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    findAccount: async (_ctx, id) => {
      // Whether a patient owns what the login proved is looked up at each use of the token.
      if (isPatientAccount(id)) return { accountId: id, claims: () => ({ sub: id }) };
      const accountId = parseActorId(id);
      return (await isActiveActor(context, accountId))
        ? { accountId, claims: () => ({ sub: accountId }) }
        : undefined;
    },
    extraParams: {
      // SMART App Launch 2.2: for which server a token is.
      aud: (_ctx, aud) => {
        if (aud !== resource)
          throw new errors.InvalidRequest("aud is the address of this node's FHIR server");
      },
    },
    scopes: [],
    clientAuthMethods: ["private_key_jwt"],
    enabledJWA: { clientAuthSigningAlgValues: ALGORITHMS },
    clockTolerance: CLOCKS_APART,
    assertJwtClientAuthClaimsAndHeader: (_ctx, { aud, exp, sub, jti }, { kid }) => {
      const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
      if (audience !== tokenEndpoint) throw new errors.InvalidClientAuth("aud is the token endpoint");
      if (typeof exp !== "number" || exp > context.clock.now() + ASSERTION_LIFE + CLOCKS_APART) {
        throw new errors.InvalidClientAuth("an assertion is good for five minutes at most");
      }
      if (typeof sub !== "string" || typeof jti !== "string" || jti.length > 256 || typeof kid !== "string") {
        throw new errors.InvalidClientAuth("an assertion has sub, kid and a jti of at most 256 characters");
      }
    },
    features: {
      devInteractions: off,
      userinfo: off,
      rpInitiatedLogout: off,
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // A client learns of its own tokens.
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, asked, { clientId }) => {
          if (asked !== resource) throw new errors.InvalidTarget();
          return {
            scope: grantedScope(ctx, known.get(clientId)),
            audience: resource,
            accessTokenFormat: "opaque",
            accessTokenTTL: TOKEN_LIFE,
          };
        },
      },
    },
    ttl: {
      AccessToken: TOKEN_LIFE,
      AuthorizationCode: CODE_LIFE,
      ClientCredentials: TOKEN_LIFE,
      Grant: LOGIN_LIFE,
      Interaction: LOGIN_LIFE,
      Session: LOGIN_LIFE,
    },
    clientBasedCORS: () => false,
    extraTokenClaims: async (ctx, token) => {
      if (token.kind === "ClientCredentials")
        return { purpose_of_use: purposesOf(ctx, known.get(token.clientId ?? "")) };
      const kept = await createSqlAdapter(context, "Purpose").find(token.grantId ?? "");
      return { purpose_of_use: kept?.extra?.["purpose_of_use"] };
    },
    renderError: (ctx, out) => {
      ctx.type = "application/json";
      ctx.body = out;
    },
  });
  provider.proxy = true;
  provider.on("server_error", (_ctx, error) => defect(error));
  // Of the framework below: it would print what it caught.
  (provider as EventEmitter).on("error", (error: unknown) => {
    // What has an answer for its sender, such as a body that ended early, is none of ours.
    if (!(error instanceof Error && "expose" in error && error.expose === true)) defect(error);
  });
  return provider;
}

/** What was asked for, where all of it is within what the client was registered with: never less in silence, never more. */
function grantedScope(ctx: KoaContextWithOIDC, client: FhirClient | undefined): string {
  const { params, authorizationCode } = ctx.oidc;
  const asked = authorizationCode?.scope ?? params?.["scope"];
  const isSystem = params?.["grant_type"] === "client_credentials";
  if (typeof asked !== "string" || asked === "") throw new errors.InvalidScope("a scope is asked for", "");
  const given = (client?.scopes ?? []).map(parseScope);
  for (const text of asked.split(" ")) {
    const scope = scopeOf(text);
    const level = isSystem ? "system" : isPatientScope(asked) ? "patient" : "user";
    if (scope?.level !== level || !isWithin(scope, given)) {
      throw new errors.InvalidScope("requested scope is not allowed", text);
    }
  }
  return asked;
}

function scopeOf(text: string): Scope | null {
  try {
    return parseScope(text);
  } catch {
    return null;
  }
}

/** One purpose, or several with a space between: then each request may say which of them it is for, and the first counts without. */
function purposesOf(ctx: KoaContextWithOIDC, client: FhirClient | undefined): string {
  const known: readonly string[] = client?.purposes ?? [];
  const said = ctx.oidc.body?.["purpose_of_use"] ?? known[0];
  const asked = typeof said === "string" ? said.split(" ") : [];
  const isFine = asked.every((one) => known.includes(one)) && new Set(asked).size === asked.length;
  if (asked.length === 0 || !isFine) {
    throw new errors.InvalidRequest("purpose_of_use names purposes that the client is registered for");
  }
  return asked.join(" ");
}

/** Each authorisation takes a signature of its own: no browser stays logged in. */
function loginEachTime(): interactionPolicy.Prompt[] {
  const { Check, Prompt } = interactionPolicy;
  const check = new Check("no_login", "a login is asked for", (ctx) =>
    ctx.oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );
  return [new Prompt({ name: "login", requestable: true }, check)];
}

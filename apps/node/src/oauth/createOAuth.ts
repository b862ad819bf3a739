import { generateKeyPairSync } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { isWithin, parseScope, type Scope } from "@anamnesis/fhir-server/access/scopes";
import { errors, type KoaContextWithOIDC, Provider } from "oidc-provider";
import type { NodeContext } from "../context.ts";
import type { FhirRequester } from "../fhir/requester.ts";
import { placeOf } from "../runtime/placeOf.ts";
import { bearerOf, unauthorised } from "./bearer.ts";
import type { FhirClient } from "./fhirClient.ts";
import { isActiveActor } from "./isActiveActor.ts";
import { createSqlAdapter } from "./sqlAdapter.ts";

/** Seconds for which a token is good. */
const TOKEN_LIFE = 300;
/** Seconds for which an assertion may be good (SMART App Launch 2.2, client-confidential-asymmetric). */
const ASSERTION_LIFE = 300;
/** Seconds by which a client's clock may differ. */
const CLOCKS_APART = 10;
const ALGORITHMS = ["ES384", "RS384"] as const;
const PREFIX = "/oauth";

export interface OAuth {
  /** Answers a request under `/oauth`, whose body nobody read. */
  handle(request: IncomingMessage, response: ServerResponse): void;
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
    "clock" | "copy" | "db" | "durable" | "log" | "organisation" | "random"
  >;
  /** The node's own address, without a slash at the end: tokens are good for its `/fhir`. */
  readonly url: string;
  readonly clients: readonly FhirClient[];
}

/**
 * The node's authorisation server (SMART App Launch 2.2, RFC 6749): it gives registered clients short-lived tokens for `/fhir` and says later what was given. Tokens are opaque, so that each use
 * finds what holds now.
 */
export function createOAuth({ context, url, clients }: OAuthOptions): OAuth {
  const known = new Map(clients.map((client) => [client.clientId, client]));
  const issuer = `${url}${PREFIX}`;
  const resource = `${url}/fhir`;
  const tokenEndpoint = `${issuer}/token`;
  const provider = createProvider({ context, clients, known, issuer, resource, tokenEndpoint });
  const { host, protocol } = new URL(url);

  return {
    handle: (request, response) => {
      // Addresses are the node's own, whatever a request says of the way that it came.
      for (const name of Object.keys(request.headers))
        if (name.startsWith("x-forwarded-")) delete request.headers[name];
      request.headers.host = host;
      request.headers["x-forwarded-proto"] = protocol.slice(0, -1);
      // By the difference of the two the library knows under which path it stands.
      Object.assign(request, { originalUrl: request.url });
      request.url = request.url?.slice(PREFIX.length) ?? "/";
      response.setHeader("x-content-type-options", "nosniff");
      void provider.callback()(request, response);
    },

    smartConfiguration: () => ({
      issuer,
      token_endpoint: tokenEndpoint,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: ["client_credentials"],
      scopes_supported: ["system/*.cruds"],
      capabilities: ["client-confidential-asymmetric", "permission-v2"],
    }),

    requesterOf: async (authorization) => {
      const token = await provider.ClientCredentials.find(bearerOf(authorization));
      const client = token === undefined ? undefined : known.get(token.clientId ?? "");
      if (token === undefined || client === undefined || token.aud !== resource)
        throw unauthorised("invalid_token");
      const scopes = token.scope?.split(" ") ?? [];
      const purpose = client.purposes.find((one) => one === token.extra?.["purpose_of_use"]);
      const given = client.scopes.map(parseScope);
      if (purpose === undefined || !scopes.every((scope) => isWithin(parseScope(scope), given))) {
        throw unauthorised("invalid_token");
      }
      if (client.actor !== null && !(await isActiveActor(context, client.actor)))
        throw unauthorised("invalid_token");
      return { client: client.clientId, actor: client.actor, role: client.role, purpose, scopes };
    },
  };
}

interface ProviderOptions extends Pick<OAuthOptions, "context" | "clients"> {
  readonly known: ReadonlyMap<string, FhirClient>;
  readonly issuer: string;
  readonly resource: string;
  readonly tokenEndpoint: string;
}

function createProvider({
  context,
  clients,
  known,
  issuer,
  resource,
  tokenEndpoint,
}: ProviderOptions): Provider {
  const off = { enabled: false };
  const provider = new Provider(issuer, {
    adapter: (model) => createSqlAdapter(context, model),
    clients: clients.map(({ clientId, name, jwks }) => ({
      client_id: clientId,
      client_name: name,
      token_endpoint_auth_method: "private_key_jwt",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
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
    responseTypes: [],
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
    ttl: { ClientCredentials: TOKEN_LIFE },
    clientBasedCORS: () => false,
    extraTokenClaims: (ctx, { clientId }) => ({ purpose_of_use: purposeOf(ctx, known.get(clientId ?? "")) }),
    renderError: (ctx, out) => {
      ctx.type = "application/json";
      ctx.body = out;
    },
  });
  provider.proxy = true;
  const defect = (error: unknown): void =>
    context.log.error("defect", {
      incident: toHex(context.random.bytes(8)),
      route: "oauth",
      at: placeOf(error),
    });
  provider.on("server_error", (_ctx, error) => defect(error));
  // Of the framework below: it would print what it caught.
  (provider as EventEmitter).on("error", defect);
  return provider;
}

/** What was asked for, where all of it is within what the client was registered with: never less in silence, never more. */
function grantedScope(ctx: KoaContextWithOIDC, client: FhirClient | undefined): string {
  const asked = ctx.oidc.params?.["scope"];
  if (typeof asked !== "string" || asked === "") throw new errors.InvalidScope("a scope is asked for", "");
  const given = (client?.scopes ?? []).map(parseScope);
  for (const text of asked.split(" ")) {
    const scope = scopeOf(text);
    if (scope?.level !== "system" || !isWithin(scope, given)) {
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

function purposeOf(ctx: KoaContextWithOIDC, client: FhirClient | undefined): Purpose {
  const asked = ctx.oidc.body?.["purpose_of_use"];
  const purpose = asked === undefined ? client?.purposes[0] : client?.purposes.find((one) => one === asked);
  if (purpose === undefined) {
    throw new errors.InvalidRequest("purpose_of_use is one of those that the client is registered for");
  }
  return purpose;
}

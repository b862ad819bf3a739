import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from "oidc-provider";

/** Somebody whom the organisation knows. */
export interface Person {
  readonly sub: string;
  /** What the ID token says beside it. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whose account was ended: the provider says no. */
  readonly disabled?: boolean;
}

export interface OrganisationProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string;
  /** Registers the node, with the origins under which browsers have its portal: from then on it answers. */
  register(portals: readonly string[]): void;
  /** Who may log in, by what is typed. A test changes it. */
  readonly people: Map<string, Person>;
  /** Changes the ID token of the next answers: another text for the one that was made. */
  forge: ((token: string) => Promise<string>) | null;
  /** Answers in its place who asks for its keys; `null`: it does so itself. */
  keysAnswer: ((response: ServerResponse) => void) | null;
  /** Requests that came, by path without the query. */
  readonly asked: string[];
  /** A token of any content, signed with the provider's own key. */
  sign(claims: JWTPayload, header?: { readonly alg?: string; readonly typ?: string }): Promise<string>;
  close(): Promise<void>;
}

export interface OrganisationProviderOptions {
  /** Public key of the client, which proves itself with it; by its secret without one. */
  readonly clientKey?: Readonly<Record<string, unknown>> & { readonly alg: "ES256" };
}

/** All in memory, as the library's own, which warns that it is. */
function memoryAdapter(): new (model: string) => Adapter {
  const all = new Map<string, AdapterPayload>();
  return class {
    readonly #model: string;
    constructor(model: string) {
      this.#model = model;
    }
    async upsert(id: string, payload: AdapterPayload): Promise<void> {
      all.set(`${this.#model} ${id}`, payload);
    }
    async find(id: string): Promise<AdapterPayload | undefined> {
      return all.get(`${this.#model} ${id}`);
    }
    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return [...all.values()].find((one) => one.kind === this.#model && one.uid === uid);
    }
    async findByUserCode(): Promise<undefined> {
      return undefined;
    }
    async consume(id: string): Promise<void> {
      Object.assign(all.get(`${this.#model} ${id}`) ?? {}, { consumed: Math.floor(Date.now() / 1000) });
    }
    async destroy(id: string): Promise<void> {
      all.delete(`${this.#model} ${id}`);
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, one] of all) if (one.grantId === grantId) all.delete(key);
    }
  };
}

/** What a person types stands between these. */
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Hospital login</title><meta name="viewport" content="width=device-width">
<h1>Hospital login</h1><form method="post"><label>User name <input name="login" autofocus></label> <button>Log in</button></form></html>`;

/** A real OpenID provider on loopback (`oidc-provider`), as an organisation has one, with a page on which one says who one is. */
export async function startOrganisationProvider({
  clientKey,
}: OrganisationProviderOptions = {}): Promise<OrganisationProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const signing = { ...(await exportJWK(privateKey)), kid: "organisation", alg: "RS256", use: "sig" };
  const people = new Map<string, Person>();
  const asked: string[] = [];
  const http: Server = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const issuer = `http://localhost:${(http.address() as AddressInfo).port}`;
  const clientId = "anamnesis";
  const secret = "a secret of forty characters, at least so";
  const world: Pick<OrganisationProvider, "forge" | "keysAnswer"> & { provider: Provider | null } = {
    forge: null,
    keysAnswer: null,
    provider: null,
  };
  const create = (portals: readonly string[]): Provider => {
    const provider = new Provider(issuer, {
      adapter: memoryAdapter(),
      clients: [
        {
          client_id: clientId,
          ...(clientKey === undefined
            ? { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" }
            : {
                token_endpoint_auth_method: "private_key_jwt",
                token_endpoint_auth_signing_alg: clientKey.alg,
                jwks: { keys: [clientKey] },
              }),
          redirect_uris: portals.map((origin) => `${origin}/sign-in/organisation`),
          post_logout_redirect_uris: portals.map((origin) => `${origin}/sign-in`),
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      jwks: { keys: [signing] },
      cookies: { keys: ["of the tests"] },
      ttl: { AccessToken: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      pkce: { required: () => true },
      conformIdTokenClaims: false,
      claims: { openid: ["sub", "groups"] },
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: {
          enabled: true,
          // The library's own page fetches a font from elsewhere.
          logoutSource: async (context: KoaContextWithOIDC, form: string) => {
            context.body = `<!doctype html><html lang="en"><title>Sign out</title>${form}
<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></html>`;
          },
        },
      },
      interactions: { url: (_: KoaContextWithOIDC, { uid }) => `/login/${uid}` },
      findAccount: async (_: KoaContextWithOIDC, sub: string) => {
        const person = [...people.values()].find((one) => one.sub === sub);
        if (person === undefined || person.disabled === true) return undefined;
        return { accountId: sub, claims: async () => ({ sub, ...person.claims }) };
      },
      // The organisation's own program: nobody is asked whether it may know who logs in.
      loadExistingGrant: async (context: KoaContextWithOIDC) => {
        const { client, session } = context.oidc;
        const grant = new context.oidc.provider.Grant({
          clientId: client?.clientId ?? "",
          accountId: session?.accountId ?? "",
        });
        grant.addOIDCScope("openid groups");
        await grant.save();
        return grant;
      },
    });
    provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === "/token" && typeof body?.id_token === "string" && world.forge !== null)
        body.id_token = await world.forge(body.id_token);
    });
    return provider;
  };

  const logIn = async (
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    await provider.interactionDetails(request, response);
    if (request.method !== "POST") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(PAGE);
      return;
    }
    let form = "";
    for await (const piece of request) form += String(piece);
    const person = people.get(new URLSearchParams(form).get("login") ?? "");
    const isLetIn = person !== undefined && person.disabled !== true;
    await provider.interactionFinished(
      request,
      response,
      isLetIn
        ? { login: { accountId: person.sub } }
        : { error: "access_denied", error_description: "This account is disabled." },
      { mergeWithLastSubmission: false },
    );
  };

  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    asked.push(path);
    const { provider, keysAnswer } = world;
    if (provider === null) response.writeHead(503).end();
    else if (path === "/jwks" && keysAnswer !== null) keysAnswer(response);
    else if (!path.startsWith("/login/")) void provider.callback()(request, response);
    else
      logIn(provider, request, response).catch((error: unknown) => {
        response.writeHead(error instanceof errors.SessionNotFound ? 400 : 500).end();
      });
  });

  return {
    issuer,
    clientId,
    secret,
    register: (portals) => {
      world.provider = create(portals);
    },
    people,
    asked,
    get forge() {
      return world.forge;
    },
    set forge(value) {
      world.forge = value;
    },
    get keysAnswer() {
      return world.keysAnswer;
    },
    set keysAnswer(value) {
      world.keysAnswer = value;
    },
    sign: async (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "organisation", ...header })
        .sign(privateKey),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

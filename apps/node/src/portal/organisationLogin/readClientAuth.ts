import { readFile } from "node:fs/promises";
import { importJWK, type JWK } from "jose";
import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  PrivateKeyJwt,
} from "oauth4webapi";
import { bad } from "../../configError.ts";
import type { LoginSettings } from "./loginSettings.ts";

const KEY_ALGORITHMS = new Set(["RS256", "PS256", "ES256", "ES384", "Ed25519", "EdDSA"]);

/** How the node proves itself, of the ways that the provider takes. */
export type ClientAuthFor = (provider: AuthorizationServer) => ClientAuth;

/** Reads the client's secret or private key (RFC 7523, `private_key_jwt`) from its file. Throws `bad-config`. */
export async function readClientAuth({ client: { kind, file } }: LoginSettings): Promise<ClientAuthFor> {
  const text = (await readFile(file, "utf8").catch(() => "")).trim();
  if (kind === "key") {
    const auth = await keyAuth(text);
    return () => auth;
  }
  if (text === "")
    throw bad("portal.oidc.clientSecretFile", "the name of a file that holds the client's secret");
  return ({ token_endpoint_auth_methods_supported: ways }) =>
    // Basic is what a provider takes that does not say (OpenID Connect Discovery 1.0 section 3).
    ways === undefined || ways.includes("client_secret_basic")
      ? ClientSecretBasic(text)
      : ClientSecretPost(text);
}

async function keyAuth(text: string): Promise<ClientAuth> {
  const jwk = jwkOf(text);
  const key = jwk === null ? null : await importJWK(jwk).catch(() => null);
  if (jwk === null || key === null || key instanceof Uint8Array) {
    throw bad(
      "portal.oidc.clientKeyFile",
      `the name of a file with a private JSON Web Key whose alg is one of ${[...KEY_ALGORITHMS].join(", ")}`,
    );
  }
  return PrivateKeyJwt(jwk.kid === undefined ? key : { key, kid: jwk.kid });
}

/** `null` for what is no private key of such an algorithm. */
function jwkOf(text: string): JWK | null {
  try {
    const jwk = JSON.parse(text) as JWK | null;
    return KEY_ALGORITHMS.has(jwk?.alg ?? "") && typeof jwk?.d === "string" ? jwk : null;
  } catch {
    return null;
  }
}

import { AnamnesisError } from "@anamnesis/core/errors";
import type { IncomingHttpHeaders } from "node:http";
import type { SignedIn, Visit } from "../portal/visit.ts";

/** Who a session's value stands for. */
export interface Admits<Who = SignedIn> {
  /** `fresh`: the value that takes its place; `null`: it stays. The whole is `null` when nobody is signed in with it. */
  admit(value: string): Promise<{ readonly signedIn: Who; readonly fresh: string | null } | null>;
}

export interface PortalGateOptions<Who = SignedIn> {
  readonly sessions: Admits<Who>;
  /** Origins of the node's own pages, the public one first. */
  readonly origins: () => readonly string[];
}

export interface PortalRequest {
  readonly session: "required" | "optional" | "none";
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly network: string;
  /** Adds a `Set-Cookie` to the answer, also to one that refuses. */
  readonly setCookie: (text: string) => void;
}

/** Seconds for which a browser keeps the cookie: no session lasts longer. */
const LONGEST = 12 * 3600;
/** The same while somebody logs in elsewhere. */
const LOGIN_LONGEST = 600;
const VALUE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Lets browsers at the portal's routes. A page of another origin can neither send (the request's own origin is asked for, and a content type that
 * needs leave) nor find the node under a name of its own (the host is asked for): so nobody acts with a session that is not his.
 */
export class PortalGate<Who = SignedIn> {
  readonly #options: PortalGateOptions<Who>;

  constructor(options: PortalGateOptions<Who>) {
    this.#options = options;
  }

  /** Throws `cross-site`, `not-signed-in`. */
  async admit({ session, method, headers, network, setCookie }: PortalRequest): Promise<Visit<Who>> {
    const origins = this.#options.origins();
    requireOwnHost(headers, origins);
    if (method !== "GET") requireOwnPage(headers, origins);
    const secure = origins[0]?.startsWith("https:") === true;
    const prefix = secure ? "__Host-" : "";
    const name = `${prefix}anamnesis-session`;
    const loginName = `${prefix}anamnesis-login`;
    const give = (cookieName: string, longest: number, value: string | null): void => {
      const age = value === null ? 0 : longest;
      const attributes = `Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
      setCookie(`${cookieName}=${value ?? ""}; ${attributes}`);
    };
    const cookie = (value: string | null): void => give(name, LONGEST, value);
    const loginCookie = (value: string | null): void => give(loginName, LOGIN_LONGEST, value);
    const login = cookieOf(headers.cookie, loginName);
    const value = session === "none" ? null : cookieOf(headers.cookie, name);
    const admitted = value !== null && VALUE.test(value) ? await this.#options.sessions.admit(value) : null;
    if (admitted === null && value !== null) cookie(null);
    if (admitted === null && session === "required") throw notSignedIn();
    if (admitted !== null && admitted.fresh !== null) cookie(admitted.fresh);
    return {
      network,
      signedIn: admitted?.signedIn ?? null,
      cookie,
      login: login !== null && VALUE.test(login) ? login : null,
      loginCookie,
    };
  }
}

/** Of two with the name neither counts: a server of a neighbouring name could have put one there. */
function cookieOf(header: string | undefined, name: string): string | null {
  const found = (header ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return found.length === 1 ? (found[0]?.slice(name.length + 1) ?? null) : null;
}

function requireOwnHost({ host }: IncomingHttpHeaders, origins: readonly string[]): void {
  if (!origins.some((origin) => new URL(origin).host === host)) throw crossSite();
}

function requireOwnPage(headers: IncomingHttpHeaders, origins: readonly string[]): void {
  const site = headers["sec-fetch-site"];
  const { origin } = headers;
  if (origin !== undefined && !origins.includes(origin)) throw crossSite();
  if (site !== undefined && site !== "same-origin") throw crossSite();
  if (origin === undefined && site === undefined) throw crossSite();
  const type = headers["content-type"] ?? "";
  if (!/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(type)) throw crossSite();
}

export function notSignedIn(): AnamnesisError<"not-signed-in"> {
  return new AnamnesisError({
    code: "not-signed-in",
    rule: "This is for who is signed in, with a session that is not over.",
    fix: "Sign in again.",
  });
}

function crossSite(): AnamnesisError<"cross-site"> {
  return new AnamnesisError({
    code: "cross-site",
    rule: "The portal takes requests of its own pages alone, as JSON, at the node's public address.",
    fix: "Open the portal at the node's public address; whoever runs the node: see publicUrl in docs/operations.md.",
  });
}

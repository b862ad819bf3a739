import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { contentDigest } from "./http/contentDigest.ts";
import { type HttpSigner, signHttp } from "./http/signature.ts";
import type { Problem } from "./errorStatus.ts";
import { isRetryable } from "./errorStatus.ts";
import { type Body, type Params, pathOf, type Route } from "./route.ts";

/** The part of `fetch` that is used, so that tests and simulations bring their own network. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: Uint8Array<ArrayBuffer>;
    signal?: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

export interface ClientOptions {
  /** Such as `http://127.0.0.1:4001`, without a path. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Signs the routes that want it. */
  readonly signer: HttpSigner | null;
  readonly now: () => UnixSeconds;
  readonly random: (length: number) => Uint8Array;
  /** Milliseconds until a call is given up; 30,000 by default. */
  readonly timeout?: number;
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

export interface Client {
  readonly baseUrl: string;
  /**
   * Throws what the node answered, with the node's code; `node-unreachable` when it did not answer; `bad-answer` when
   * its answer does not have the form of the route.
   */
  call<Path extends string, Request, Answer>(
    route: Route<Path, Request, Answer>,
    params: Params<Path>,
    request: Request,
    options?: CallOptions,
  ): Promise<Answer>;
}

export function createClient(options: ClientOptions): Client {
  const authority = new URL(options.baseUrl).host;
  return {
    baseUrl: options.baseUrl,
    call: async (route, params, request, callOptions = {}) => {
      const path = pathOf(route.path, params);
      const search = new URLSearchParams(callOptions.query).toString();
      const body = encodeBody(route.request, request);
      const headers: Record<string, string> = {};
      if (body !== undefined) headers["content-type"] = mediaType(route.request);
      if (route.signed) {
        if (options.signer === null) throw unsigned();
        const parts = {
          method: route.method,
          authority,
          path,
          query: `?${search}`,
          contentDigest: contentDigest(body ?? new Uint8Array()),
        };
        Object.assign(headers, await signHttp(parts, options.signer, options.now(), options.random(16)));
      }
      const url = `${options.baseUrl}${path}${search === "" ? "" : `?${search}`}`;
      let status: number;
      let received: Uint8Array;
      try {
        const response = await options.fetch(url, {
          method: route.method,
          headers,
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(callOptions.timeout ?? options.timeout ?? 30_000),
        });
        status = response.status;
        received = new Uint8Array(await response.arrayBuffer());
      } catch {
        throw unreachableNode(authority);
      }
      if (status < 200 || status > 299) throw problemOf(status, received, authority);
      return decodeBody(route.answer, received, authority);
    },
  };
}

function encodeBody<T>(body: Body<T>, value: T): Uint8Array<ArrayBuffer> | undefined {
  if (body.type === "none") return undefined;
  if (body.type === "cbor") return new Uint8Array(body.format.encode(value));
  if (body.type === "bytes") return value as Uint8Array<ArrayBuffer>;
  return new TextEncoder().encode(body.type === "json" ? JSON.stringify(value) : (value as string));
}

function mediaType(body: Body<unknown>): string {
  if (body.type === "cbor") return "application/cbor";
  if (body.type === "bytes") return "application/octet-stream";
  return body.type === "json" ? "application/json" : "text/plain; charset=utf-8";
}

function decodeBody<T>(body: Body<T>, bytes: Uint8Array, authority: string): T {
  try {
    if (body.type === "none") return undefined as T;
    if (body.type === "cbor") return body.format.decode(bytes);
    if (body.type === "bytes") return bytes as T;
    const text = new TextDecoder().decode(bytes);
    return (body.type === "json" ? JSON.parse(text) : text) as T;
  } catch {
    throw badAnswer(authority);
  }
}

function problemOf(status: number, bytes: Uint8Array, authority: string): AnamnesisError {
  let problem: Partial<Problem>;
  try {
    problem = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Problem>;
  } catch {
    return badAnswer(authority);
  }
  if (typeof problem.code !== "string" || typeof problem.title !== "string") return badAnswer(authority);
  return new AnamnesisError({
    code: problem.code,
    rule: problem.title,
    fix: problem.detail ?? "",
    meta: { ...problem.meta, status, node: authority, retryable: isRetryable(status) },
  });
}

function badAnswer(node: string): AnamnesisError<"bad-answer"> {
  return new AnamnesisError({
    code: "bad-answer",
    rule: "A node answers in the form that its route declares.",
    fix: "Check that the address is an Anamnesis node of the same version.",
    meta: { node },
  });
}

function unreachableNode(node: string): AnamnesisError<"node-unreachable"> {
  return new AnamnesisError({
    code: "node-unreachable",
    rule: "The node must be running and answer in time.",
    fix: `Check that a node listens at ${node} and try again.`,
    meta: { node, retryable: true },
  });
}

function unsigned(): AnamnesisError<"no-signer"> {
  return new AnamnesisError({
    code: "no-signer",
    rule: "This route takes signed requests only.",
    fix: "Make the client with a signer.",
  });
}

import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { contentDigest } from "./http/contentDigest.ts";
import { type HttpSigner, signHttp } from "./http/signature.ts";
import type { Problem } from "./errorStatus.ts";
import { isRetryable, witnessConflict } from "./errorStatus.ts";
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
  readonly headers?: { get(name: string): string | null };
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
  /**
   * Waits that many milliseconds. With it, a call that the node refused before it did anything (`rate-limited`, `busy`,
   * `node-starting`) is signed and sent again after the seconds that the node names, twice at most and not when they are more than ten.
   */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Refusals before anything was done, so that any request may come again, whatever its route does. */
const UNTOUCHED: ReadonlySet<string> = new Set(["rate-limited", "busy", "node-starting"]);
const MOST_TRIES = 3;
/** Seconds: who is asked to wait longer is told so. */
const LONGEST_PAUSE = 10;
/** Seconds of difference between two clocks that are worth a word. */
const NOTABLE_SKEW = 3;

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
      for (let attempt = 1; ; attempt++) {
        try {
          return await callOnce(options, authority, route, params, request, callOptions);
        } catch (error) {
          const pause = attempt < MOST_TRIES ? pauseAfter(error) : null;
          if (pause === null || options.sleep === undefined) throw error;
          await options.sleep(pause * 1000);
        }
      }
    },
  };
}

/** Seconds; `null` when the call is not to be sent again. */
function pauseAfter(error: unknown): number | null {
  if (!isAnamnesisError(error) || !UNTOUCHED.has(error.code)) return null;
  const seconds = error.meta["retryAfter"];
  return typeof seconds === "number" && seconds <= LONGEST_PAUSE ? seconds : null;
}

async function callOnce<Path extends string, Request, Answer>(
  options: ClientOptions,
  authority: string,
  route: Route<Path, Request, Answer>,
  params: Params<Path>,
  request: Request,
  callOptions: CallOptions,
): Promise<Answer> {
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
  let retryAfter: number | null;
  let received: Uint8Array;
  try {
    const response = await options.fetch(url, {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(callOptions.timeout ?? options.timeout ?? 30_000),
    });
    status = response.status;
    retryAfter = secondsOf(response.headers?.get("retry-after") ?? null);
    received = new Uint8Array(await response.arrayBuffer());
  } catch {
    throw unreachableNode(authority);
  }
  if (status < 200 || status > 299) throw problemOf(status, received, authority, retryAfter, options.now());
  return decodeBody(route.answer, received, authority);
}

/** RFC 9110 section 10.2.3, in seconds alone: a date would need a clock that agrees. */
function secondsOf(text: string | null): number | null {
  return text !== null && /^[0-9]{1,6}$/.test(text) ? Number(text) : null;
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

function problemOf(
  status: number,
  bytes: Uint8Array,
  authority: string,
  retryAfter: number | null,
  now: UnixSeconds,
): AnamnesisError {
  let problem: Partial<Problem> | number;
  try {
    problem = (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as Partial<Problem> | number;
  } catch {
    return badAnswer(authority);
  }
  if (status === 409 && typeof problem === "number") return witnessConflict(problem);
  if (typeof problem === "number" || typeof problem.code !== "string" || typeof problem.title !== "string") {
    return badAnswer(authority);
  }
  const skew = skewOf(problem, now);
  return new AnamnesisError({
    code: problem.code,
    rule: problem.title,
    fix: skew === null ? (problem.detail ?? "") : skewed(skew, authority),
    meta: {
      ...problem.meta,
      ...(retryAfter === null ? {} : { retryAfter }),
      ...(skew === null ? {} : { skew }),
      status,
      node: authority,
      retryable: isRetryable(status),
    },
  });
}

const ABOUT_TIME: ReadonlySet<string> = new Set(["stale-http-signature", "stale-request"]);

/** Seconds by which this machine's clock is ahead of the node's; `null` when the node does not say or both agree. */
function skewOf({ code, meta }: Partial<Problem>, now: UnixSeconds): number | null {
  const time = meta?.["time"];
  if (code === undefined || !ABOUT_TIME.has(code) || typeof time !== "number") return null;
  const skew = now - time;
  return Number.isSafeInteger(skew) && Math.abs(skew) > NOTABLE_SKEW ? skew : null;
}

function skewed(skew: number, authority: string): string {
  const side = skew > 0 ? "ahead of" : "behind";
  return `This machine's clock is ${Math.abs(skew)} s ${side} that of ${authority}: compare both with a time server, set the wrong one, and try again.`;
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

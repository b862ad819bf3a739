import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { contentDigest, contentDigestOf } from "./http/contentDigest.ts";
import { decodeJson, encodeJson } from "./http/jsonBody.ts";
import { Patience } from "./http/patience.ts";
import { type HttpSigner, signHttp } from "./http/signature.ts";
import type { Problem } from "./errorStatus.ts";
import { isRetryable, witnessConflict } from "./errorStatus.ts";
import { type Body, type Download, type Params, pathOf, type Route, type Upload } from "./route.ts";

/** The part of `fetch` that is used, so that tests and simulations bring their own network. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
    /** Comes with a stream, as `fetch` demands. */
    duplex?: "half";
    signal?: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
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
   * `node-starting`, `custody-not-ready`: a replaced block is undone within a second) is signed and sent again after the seconds that the node names, twice at most and not when they are more than ten.
   */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** Refusals before anything was done, so that any request may come again, whatever its route does. */
const UNTOUCHED: ReadonlySet<string> = new Set([
  "rate-limited",
  "busy",
  "node-starting",
  "custody-not-ready",
]);
const MOST_TRIES = 3;
/** Seconds: who is asked to wait longer is told so. */
const LONGEST_PAUSE = 10;
/** Seconds of difference between two clocks that are worth a word. */
const NOTABLE_SKEW = 3;

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  /** Gives the call up when it is aborted, as if its time were over; not for streams. */
  readonly signal?: AbortSignal;
  /** Bytes of a streamed answer: `length` of them from the place `from` on, fewer at its end. All of it by default. */
  readonly range?: { readonly from: number; readonly length: number };
}

/** Milliseconds at the end of which a streamed body must have moved on; it may take any time as a whole. */
const STREAM_TURN = 30_000;
/** Bytes that a download brings in each turn at least: who sends slower holds up a reader who could ask another node. */
const LEAST_PER_TURN = 256 * 1024;

/** A request that was encoded before: it is sent as it is. */
export class EncodedRequest {
  /** The route's structure in deterministic CBOR. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
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
    request: Request | EncodedRequest,
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
          // The pieces of a stream come once: who has its source sends it again.
          const again = attempt < MOST_TRIES && route.request.type !== "stream";
          const pause = again ? pauseAfter(error) : null;
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
  request: Request | EncodedRequest,
  callOptions: CallOptions,
): Promise<Answer> {
  const path = pathOf(route.path, params);
  const search = new URLSearchParams(callOptions.query).toString();
  const upload = route.request.type === "stream" ? (request as Upload) : null;
  const body = upload === null ? encodeBody(route.request, request) : undefined;
  const headers: Record<string, string> = {};
  if (upload !== null || body !== undefined) headers["content-type"] = mediaType(route.request);
  if (upload !== null && upload.length !== null) headers["content-length"] = String(upload.length);
  const { range } = callOptions;
  if (range !== undefined) headers["range"] = `bytes=${range.from}-${range.from + range.length - 1}`;
  if (route.signed) {
    if (options.signer === null) throw unsigned();
    const parts = {
      method: route.method,
      authority,
      path,
      query: `?${search}`,
      contentDigest:
        upload === null ? contentDigest(body ?? new Uint8Array()) : contentDigestOf(upload.digest),
    };
    Object.assign(headers, await signHttp(parts, options.signer, options.now(), options.random(16)));
  }
  const url = `${options.baseUrl}${path}${search === "" ? "" : `?${search}`}`;
  const streamed = upload !== null || route.answer.type === "stream";
  const turn = callOptions.timeout ?? STREAM_TURN;
  const patience = streamed ? new Patience(turn, 1) : null;
  const source = upload === null || patience === null ? null : sourceOf(upload, patience);
  const answer = await answerOf(async () => {
    const response = await options.fetch(url, {
      method: route.method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(source === null ? {} : { body: source.body, duplex: "half" as const }),
      signal: patience?.signal ?? endOf(callOptions, options.timeout ?? 30_000),
    });
    const { status } = response;
    if (isSuccess(status) && route.answer.type === "stream") return { status, response };
    const retryAfter = secondsOf(response.headers.get("retry-after"));
    return { status, retryAfter, received: new Uint8Array(await response.arrayBuffer()) };
  }).finally(() => patience?.end());
  if (answer === null) throw source?.failure() ?? unreachableNode(authority);
  if ("response" in answer) {
    const { maxBytes } = route.answer as { readonly maxBytes: number };
    return downloadOf(answer.response, { range, maxBytes, turn, authority }) as never;
  }
  const { status, retryAfter, received } = answer;
  if (!isSuccess(status)) throw problemOf(status, received, authority, retryAfter, options.now());
  return decodeBody(route.answer, received, authority);
}

function endOf({ timeout, signal }: CallOptions, usual: number): AbortSignal {
  const over = AbortSignal.timeout(timeout ?? usual);
  return signal === undefined ? over : AbortSignal.any([over, signal]);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

type Response = Awaited<ReturnType<Fetch>>;

/** `null` for every failure of the network, whatever `fetch` rejects with. */
async function answerOf<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

/** An upload as `fetch` takes it; `failure` tells what its own source threw, which is not the node's fault. */
function sourceOf(
  upload: Upload,
  patience: Patience,
): { readonly body: ReadableStream<Uint8Array>; readonly failure: () => AnamnesisError | null } {
  const pieces = upload.pieces[Symbol.asyncIterator]();
  let failure: AnamnesisError | null = null;
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        patience.pause();
        const next = await pieces.next().finally(() => patience.resume());
        if (next.done === true) return controller.close();
        patience.moved(next.value.length);
        controller.enqueue(next.value);
      } catch (error) {
        if (error instanceof AnamnesisError) failure = error;
        controller.error(error);
      }
    },
    cancel: async () => void (await pieces.return?.()),
  });
  return { body, failure: () => failure };
}

interface Expected {
  readonly range: CallOptions["range"];
  readonly maxBytes: number;
  readonly turn: number;
  readonly authority: string;
}

/** Throws `bad-answer` when the answer is not what was asked for. */
async function downloadOf(
  response: Response,
  { range, maxBytes, turn, authority }: Expected,
): Promise<Download> {
  const part = range === undefined ? wholeOf(response) : partOf(response);
  const fits =
    part !== null &&
    part.size <= maxBytes &&
    (range === undefined || (part.from === range.from && part.length <= range.length));
  if (!fits || response.body === null) {
    await response.body?.cancel().catch(() => undefined);
    throw badAnswer(authority);
  }
  return { ...part, pieces: piecesOf(response.body.getReader(), part.length, turn, authority) };
}

type Part = Omit<Download, "pieces">;

function wholeOf({ status, headers }: Response): Part | null {
  const size = headers.get("content-length") ?? "";
  return status === 200 && /^\d{1,15}$/.test(size)
    ? { size: Number(size), from: 0, length: Number(size) }
    : null;
}

function partOf({ status, headers }: Response): Part | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "");
  if (status !== 206 || match === null) return null;
  const [from, last, size] = match.slice(1).map(Number) as [number, number, number];
  return from <= last && last < size ? { size, from, length: last - from + 1 } : null;
}

async function* piecesOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  length: number,
  turn: number,
  authority: string,
): AsyncGenerator<Uint8Array> {
  const patience = new Patience(turn, LEAST_PER_TURN);
  const givenUp = new Promise<null>((resolve) => {
    patience.signal.addEventListener("abort", () => resolve(null));
  });
  let rest = length;
  try {
    for (;;) {
      const next = await Promise.race([reader.read().catch(() => null), givenUp]);
      if (next === null) throw unreachableNode(authority);
      if (next.done) break;
      const piece = next.value;
      rest -= piece.length;
      if (rest < 0) throw badAnswer(authority);
      patience.moved(piece.length);
      patience.pause();
      yield piece;
      patience.resume();
    }
    if (rest > 0) throw unreachableNode(authority);
  } finally {
    patience.end();
    await reader.cancel().catch(() => undefined);
  }
}

/** RFC 9110 section 10.2.3, in seconds alone: a date would need a clock that agrees. */
function secondsOf(text: string | null): number | null {
  return text !== null && /^[0-9]{1,6}$/.test(text) ? Number(text) : null;
}

function encodeBody<T>(body: Body<T>, value: T | EncodedRequest): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof EncodedRequest) return new Uint8Array(value.bytes);
  if (body.type === "none") return undefined;
  if (body.type === "cbor") return new Uint8Array(body.format.encode(value));
  if (body.type === "bytes") return value as Uint8Array<ArrayBuffer>;
  return new TextEncoder().encode(body.type === "json" ? encodeJson(body, value) : (value as string));
}

function mediaType(body: Body<unknown>): string {
  if (body.type === "cbor") return "application/cbor";
  if (body.type === "bytes" || body.type === "stream") return "application/octet-stream";
  return body.type === "json" ? "application/json" : "text/plain; charset=utf-8";
}

function decodeBody<T>(body: Body<T>, bytes: Uint8Array, authority: string): T {
  try {
    if (body.type === "none") return undefined as T;
    if (body.type === "cbor") return body.format.decode(bytes);
    if (body.type === "bytes") return bytes as T;
    const text = new TextDecoder().decode(bytes);
    return body.type === "json" ? decodeJson(body, text) : (text as T);
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

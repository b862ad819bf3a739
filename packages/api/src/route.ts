import type { Codec } from "@anamnesis/core/encoding/codec";
import type { Format } from "@anamnesis/core/encoding/format";

/** What a request or an answer carries. */
export type Body<T> =
  | { readonly type: "none" }
  /** One structure in deterministic CBOR, `application/cbor`. */
  | { readonly type: "cbor"; readonly format: Format<T> }
  /** A blob as it is, `application/octet-stream`, at most `maxBytes`. */
  | { readonly type: "bytes"; readonly maxBytes: number }
  /** A blob as it is that goes through piece by piece, `application/octet-stream`, at most `maxBytes`; never in memory as a whole. */
  | { readonly type: "stream"; readonly maxBytes: number }
  /** UTF-8 text such as a checkpoint or metrics. */
  | { readonly type: "text" }
  /**
   * `application/json`, at most `maxBytes`. `codec` gives its form as for CBOR, of which JSON's values are a part (bytes: `base64url`);
   * `null`: nothing is checked, for answers alone.
   */
  | { readonly type: "json"; readonly codec: Codec<T> | null; readonly maxBytes: number };

/** Value of a `stream` request. */
export interface Upload {
  /** SHA-256 of all bytes, 32 bytes: known before the first of them, since the request's signature covers it. */
  readonly digest: Uint8Array;
  /** Bytes in all; `null` where the sender cannot say (a browser). */
  readonly length: number | null;
  /**
   * Read once. At a node it ends without an error only when the bytes are those of `digest`, so nothing that was read before may be kept
   * when it throws.
   */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Value of a `stream` answer: all of a blob, or the part that was asked for. */
export interface Download {
  /** Bytes of the whole blob. */
  readonly size: number;
  /** Place of the part's first byte, and the number of its bytes. */
  readonly from: number;
  readonly length: number;
  /** Read once, and to its end or left by `return`. Not verified: the receiver knows what the bytes have to be. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Value of a body: `T` for structures, bytes for blobs. */
export type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [K in Name | keyof Params<Rest>]: string }
  : Path extends `${string}:${infer Name}`
    ? { readonly [K in Name]: string }
    : Path extends `${string}*`
      ? { readonly "*": string }
      : Record<never, string>;

/**
 * One route, declared once: server, client and tests are derived from it. `signed` routes take only requests with an
 * HTTP Message Signature (RFC 9421); what the signer may do is the handler's business.
 */
export interface Route<Path extends string, Request, Answer> {
  readonly name: string;
  readonly method: "GET" | "PUT" | "POST";
  readonly path: Path;
  readonly signed: boolean;
  /**
   * Given: a route of the node's own pages, which no page of another origin can call. `required` takes requests of who is signed in, by the
   * session's cookie; `optional` looks who is; `none` does not look.
   */
  readonly session?: "required" | "optional" | "none";
  /** Pages of other members' nodes may call it and read its answer (CORS), without credentials. */
  readonly crossOrigin?: true;
  readonly request: Body<Request>;
  readonly answer: Body<Answer>;
  /** `immutable`: who got an answer may keep it for ever. Without it nothing is to be kept. */
  readonly cache?: "immutable";
  /** Codes that this route adds to those that any route can answer, see `errorStatus`. */
  readonly codes: readonly string[];
}

export function route<const Path extends string, Request, Answer>(
  declaration: Route<Path, Request, Answer>,
): Route<Path, Request, Answer> {
  return declaration;
}

/** The same routes, for pages of other members' nodes too. */
export function crossOrigin<const Routes extends Readonly<Record<string, object>>>(routes: Routes): Routes {
  const marked = Object.entries(routes).map(([name, one]) => [name, { ...one, crossOrigin: true }]);
  return Object.fromEntries(marked) as Routes;
}

export const none: Body<void> = { type: "none" };
export function cbor<T>(format: Format<T>): Body<T> {
  return { type: "cbor", format };
}
export function bytes(maxBytes: number): Body<Uint8Array> {
  return { type: "bytes", maxBytes };
}
export function stream<T extends Upload | Download>(maxBytes: number): Body<T> {
  return { type: "stream", maxBytes };
}
export const text: Body<string> = { type: "text" };
/** Largest JSON where its declaration says nothing. */
const SMALL_JSON = 16 * 1024;

/** @param maxBytes of a request; 16 KiB by default. */
export function json<T>(codec: Codec<T> | null = null, maxBytes = SMALL_JSON): Body<T> {
  return { type: "json", codec, maxBytes };
}

/** Fills `:name` places, whose values are encoded, and a `*` at the end, which may hold slashes and is not. */
export function pathOf(path: string, params: Readonly<Record<string, string>>): string {
  const filled = path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  return filled.replace(/\*$/, () => params["*"] ?? "");
}

import type { Format } from "@anamnesis/core/encoding/format";

/** What a request or an answer carries. */
export type Body<T> =
  | { readonly type: "none" }
  /** One structure in deterministic CBOR, `application/cbor`. */
  | { readonly type: "cbor"; readonly format: Format<T> }
  /** A blob as it is, `application/octet-stream`, at most `maxBytes`. */
  | { readonly type: "bytes"; readonly maxBytes: number }
  /** UTF-8 text such as a checkpoint or metrics. */
  | { readonly type: "text" }
  | { readonly type: "json" };

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

export const none: Body<void> = { type: "none" };
export function cbor<T>(format: Format<T>): Body<T> {
  return { type: "cbor", format };
}
export function bytes(maxBytes: number): Body<Uint8Array> {
  return { type: "bytes", maxBytes };
}
export const text: Body<string> = { type: "text" };
export function json<T>(): Body<T> {
  return { type: "json" };
}

/** Fills `:name` places, whose values are encoded, and a `*` at the end, which may hold slashes and is not. */
export function pathOf(path: string, params: Readonly<Record<string, string>>): string {
  const filled = path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  return filled.replace(/\*$/, () => params["*"] ?? "");
}

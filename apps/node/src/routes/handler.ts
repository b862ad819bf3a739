import type { Params, Route } from "@anamnesis/api/route";
import type { Hex } from "@anamnesis/core/ids";
import type { ByteRange } from "../http/byteRange.ts";
import type { Visit } from "../portal/visit.ts";

/** One request, decoded and (for signed routes) with the key whose signature was verified. */
export interface Call<Path extends string, Request> {
  readonly params: Params<Path>;
  readonly query: URLSearchParams;
  readonly request: Request;
  /** Ed25519 key as `0x…`; `null` on routes that take unsigned requests. */
  readonly signer: Hex | null;
  /** Part of a streamed answer that is asked for; `null`: all of it. */
  readonly range: ByteRange | null;
  /** The browser that called a route with a session; `null` at all others. */
  readonly visit: Visit | null;
}

/** A route with what answers it. Handlers know no HTTP framework. */
export interface Handler<Path extends string = string, Request = unknown, Answer = unknown> {
  readonly route: Route<Path, Request, Answer>;
  readonly handle: (call: Call<Path, Request>) => Promise<Answer>;
}

/** Pairs a route with its handler, so that the types of both are held together; the list of handlers is then plain. */
export function handler<Path extends string, Request, Answer>(
  route: Route<Path, Request, Answer>,
  handle: (call: Call<Path, Request>) => Promise<Answer>,
): Handler {
  return { route, handle } as unknown as Handler;
}

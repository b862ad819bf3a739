import { createClient, type CallOptions } from "@anamnesis/api/client";
import type { Params, Route } from "@anamnesis/api/route";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** Calls the own node's routes for its pages (`packages/api/src/routes/portal.ts`): the session goes along in a cookie that no script sees. */
const client = createClient({
  baseUrl: self.location.origin,
  // From another origin nothing of it can be called; the node looks at `sec-fetch-site`.
  fetch: async (url, init) =>
    fetch(url, { ...init, credentials: "same-origin", cache: "no-store", redirect: "error" }),
  signer: null,
  now: () => Math.floor(Date.now() / 1000) as UnixSeconds,
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

/** Throws what the node refuses, and `node-unreachable`. */
export async function callPortal<Path extends string, Request, Answer>(
  route: Route<Path, Request, Answer>,
  request: Request,
  options?: CallOptions,
): Promise<Answer> {
  return client.call(route, {} as Params<Path>, request, options);
}

import type { Fetch } from "@anamnesis/api/client";
import { errorStatus } from "@anamnesis/api/errorStatus";
import { bodyOf, requestOf, responseOf } from "@anamnesis/api/testing/wire";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { parseByteRange } from "../http/byteRange.ts";
import { SignatureGate } from "../http/signatureGate.ts";
import { notFound } from "../runtime/refuse.ts";
import type { Handler } from "../routes/handler.ts";

interface Host {
  readonly handlers: readonly Handler[];
  readonly gate: SignatureGate;
}

/** Nodes' handlers behind a `fetch`: signatures, encodings and errors as on the wire, without sockets. */
export class HandlerNetwork {
  readonly #hosts = new Map<string, Host>();
  readonly #now: () => UnixSeconds;
  /** Names of the routes that were called, in order. */
  readonly calls: string[] = [];
  /** Changes what a host answers. */
  tamper: (host: string, route: string, answer: unknown) => unknown = (_host, _route, answer) => answer;
  /** Sees what a host answers before the answer leaves it. */
  witness: (host: string, route: string, request: unknown, answer: unknown) => Promise<void> | null = () =>
    null;

  constructor(now: () => UnixSeconds) {
    this.#now = now;
  }

  /** @param after as of `SignatureGate`. */
  serve(host: string, handlers: readonly Handler[], after = -1): void {
    this.#hosts.set(host, { handlers, gate: new SignatureGate(after) });
  }

  stop(host: string): void {
    this.#hosts.delete(host);
  }

  readonly fetch: Fetch = async (url, init) => {
    const { method, headers } = init;
    const body = await bodyOf(init);
    const { hostname, host: authority, pathname, search } = new URL(url);
    const host = this.#hosts.get(hostname);
    if (host === undefined) throw notFound();
    try {
      const found = match(host.handlers, method, pathname);
      if (found === null) throw notFound();
      const { route, handle } = found.handler;
      this.calls.push(`${hostname} ${route.name}`);
      const signer = route.signed
        ? host.gate.admit(
            {
              method,
              authority,
              path: pathname,
              query: search === "" ? "?" : search,
              body,
              contentDigest: headers["content-digest"],
              signatureInput: headers["signature-input"],
              signature: headers["signature"],
            },
            this.#now(),
          )
        : null;
      const request = requestOf(route.request, init, body);
      const query = new URLSearchParams(search);
      const range = parseByteRange(headers["range"], headers["if-range"]);
      const answer = await handle({ params: found.params, query, request, signer, range, visit: null });
      const seen = this.witness(hostname, route.name, request, answer);
      if (seen !== null) await seen;
      return await responseOf(route.answer, this.tamper(hostname, route.name, answer), range !== null);
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      const { code, rule: title, fix: detail, meta } = error;
      if (code === "witness-conflict") return new Response(`${meta["size"]}\n`, { status: 409 });
      const problem = JSON.stringify({ code, title, detail, meta });
      return new Response(problem, { status: errorStatus(code) });
    }
  };
}

function match(
  handlers: readonly Handler[],
  method: string,
  path: string,
): { handler: Handler; params: Readonly<Record<string, string>> } | null {
  for (const handler of handlers) {
    if (handler.route.method !== method) continue;
    const pattern = handler.route.path.replace(/:([a-zA-Z]+)/g, "(?<$1>[^/]+)").replace("*", "(?<rest>.+)");
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (found === null) continue;
    const { rest, ...params } = { ...found.groups };
    return { handler, params: rest === undefined ? params : { "*": rest } };
  }
  return null;
}

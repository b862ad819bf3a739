import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Handler } from "../routes/handler.ts";

/** Which pages may call this node. */
export interface AllowedOrigins {
  all(): Promise<ReadonlySet<string>>;
}

/** What a signed request carries besides what any page may send. */
const HEADERS = "content-type, content-digest, range, signature, signature-input";
/** What a client reads of an answer besides what any page may read. */
const EXPOSED = "content-range, retry-after";
/** Seconds for which a browser need not ask again. */
const REMEMBERED = 600;

/** Says in the answer that the page may read it, if it may: of the Fetch standard's CORS protocol, never with credentials. */
export async function allowOrigin(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  allowed: AllowedOrigins,
): Promise<boolean> {
  reply.header("vary", "origin");
  const { origin } = headers;
  if (origin === undefined || !(await allowed.all()).has(origin)) return false;
  reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", EXPOSED);
  return true;
}

/** Answers browsers that ask before they send (preflight), for every path of which a route may be called from other origins. */
export function mountPreflight(
  app: FastifyInstance,
  handlers: readonly Handler[],
  allowed: AllowedOrigins,
): void {
  const methods = new Map<string, string[]>();
  for (const { route } of handlers) {
    if (route.crossOrigin) methods.set(route.path, [...(methods.get(route.path) ?? []), route.method]);
  }
  for (const [url, names] of methods) {
    app.route({
      method: "OPTIONS",
      url,
      config: { name: "preflight" },
      handler: async (request, reply) => {
        if (await allowOrigin(request, reply, allowed)) {
          reply
            .header("access-control-allow-methods", names.join(", "))
            .header("access-control-allow-headers", HEADERS)
            .header("access-control-max-age", String(REMEMBERED));
        }
        return reply.header("cache-control", "no-store").code(204).send();
      },
    });
  }
}

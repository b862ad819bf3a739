import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Pages } from "../portal/pages/pages.ts";

/** Serves the node's own pages at every address that no route has. */
export function mountPages(app: FastifyInstance, pages: Pages): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { accept, "accept-encoding": acceptEncoding, "if-none-match": ifNoneMatch } = request.headers;
    const [path = ""] = request.raw.url?.split("?") ?? [];
    const answer = await pages.answer({ path, accept, acceptEncoding, ifNoneMatch });
    if (answer === null) return reply.callNotFound();
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
  for (const url of ["/", "/*"]) {
    app.route({ method: ["GET", "HEAD"], url, config: { name: "pages" }, handler });
  }
}

import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { AnamnesisError } from "@anamnesis/core/errors";
import { answerHeaders, requestHeaders } from "./forwardedHeaders.ts";

/** Milliseconds for a connection to the main process. */
const CONNECT = 5_000;
/** Milliseconds in which nothing moves in either direction, after which a request is given up: longer than any answer of a node is held back. */
const IDLE = 90_000;
/** Connections that are kept for the next requests. */
const KEPT = 64;
/** Seconds after which a caller may ask again: a main process starts within a few. */
const COME_AGAIN = 2;

export interface Forwarder {
  /**
   * Passes a request on and its answer back, piece by piece and no faster than the other side takes them. Resolves when the answer is out, or the caller gone. Throws `node-away` when the main process gives none; then nothing was
   * answered. What ends in the middle of an answer breaks the caller's connection off.
   */
  forward(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void>;
  close(): void;
}

/** @param stopping whether connections are to end with the answers that are under way. */
export function createForwarder(main: URL, stopping: () => boolean): Forwarder {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: KEPT });
  const host = main.hostname.replace(/^\[(.*)\]$/, "$1");
  const { port } = main;
  return {
    forward: (request, response, ip) =>
      new Promise<void>((resolve, reject) => {
        const asked = httpRequest({
          agent,
          host,
          port: port === "" ? 80 : Number(port),
          method: request.method ?? "GET",
          path: request.url ?? "/",
          headers: requestHeaders(request.rawHeaders, ip),
        });
        response.once("close", () => {
          // Nobody waits for the rest.
          if (!response.writableFinished) asked.destroy();
          resolve();
        });
        asked.setTimeout(IDLE, () => asked.destroy());
        asked.once("socket", (socket) => {
          if (!socket.connecting) return;
          socket.setTimeout(CONNECT);
          socket.once("connect", () => socket.setTimeout(IDLE));
        });
        asked.once("response", (answer) => {
          const last = stopping() || !request.complete;
          response.writeHead(answer.statusCode ?? 502, answerHeaders(answer.rawHeaders, last));
          // Breaks the caller's connection off when the answer does not come to its end.
          pipeline(answer, response, () => undefined);
        });
        asked.on("error", () => {
          request.unpipe(asked);
          if (!response.headersSent) reject(away());
        });
        if (hasBody(request)) request.pipe(asked);
        else asked.end();
      }),
    close: () => agent.destroy(),
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function away(): AnamnesisError<"node-away"> {
  return new AnamnesisError({
    code: "node-away",
    rule: "A front passes requests on to its node's main process.",
    fix: "Wait for the seconds that Retry-After names; whoever runs the node: look whether its main process runs.",
    meta: { retryAfter: COME_AGAIN },
  });
}

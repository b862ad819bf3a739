import type { Fetch } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { bodyOf, downloadOf, responseOf } from "@anamnesis/api/testing/wire";
import { errorStatus } from "@anamnesis/api/errorStatus";
import { AnamnesisError } from "@anamnesis/core/errors";
import { parseCid } from "@anamnesis/core/encoding/cid";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import { notFound } from "../../runtime/refuse.ts";

/** Answers a request with bytes, or throws what becomes a problem. */
export type Handler = (method: string, path: string, body: Uint8Array) => Promise<Uint8Array>;

/** A network inside this process: a host without a handler does not answer. */
export class TestNetwork {
  readonly hosts = new Map<string, Handler>();
  readonly requests: string[] = [];

  readonly fetch: Fetch = async (url, init) => {
    const { method, headers } = init;
    const { hostname, pathname } = new URL(url);
    this.requests.push(`${method} ${hostname}${pathname}`);
    const handler = this.hosts.get(hostname);
    if (handler === undefined || headers["signature"] === undefined) throw notFound();
    try {
      const bytes = await handler(method, pathname, await bodyOf(init));
      const { range } = headers;
      return range === undefined
        ? answer(200, bytes)
        : await responseOf(exchangeRoutes.getBlob.answer, downloadOf(bytes, range), true);
    } catch (error) {
      if (!isOurs(error)) throw error;
      const { code, rule: title, fix: detail, meta } = error;
      const problem = JSON.stringify({ code, title, detail, meta });
      return answer(errorStatus(code), new TextEncoder().encode(problem));
    }
  };
}

function isOurs(error: unknown): error is AnamnesisError {
  return error instanceof AnamnesisError;
}

function answer(status: number, bytes: Uint8Array): Awaited<ReturnType<Fetch>> {
  return new Response(new Uint8Array(bytes), { status, headers: { "content-length": String(bytes.length) } });
}

const BLOB = exchangeRoutes.getBlob.path.replace(":cid", "");

/** Gives blobs, as every node does. */
export function blobHandler(blobs: BlobStore): Handler {
  return async (method, path) => {
    if (method !== "GET" || !path.startsWith(BLOB)) throw notFound();
    const bytes = await blobs.get(parseCid(path.slice(BLOB.length)));
    if (bytes === null) throw notFound();
    return bytes;
  };
}

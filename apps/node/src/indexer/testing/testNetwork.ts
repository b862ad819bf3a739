import type { Fetch } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
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

  readonly fetch: Fetch = async (url, { method, body, headers }) => {
    const { hostname, pathname } = new URL(url);
    this.requests.push(`${method} ${hostname}${pathname}`);
    const handler = this.hosts.get(hostname);
    if (handler === undefined || headers["signature"] === undefined) throw notFound();
    try {
      return answer(200, await handler(method, pathname, body ?? new Uint8Array()));
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
  return { status, arrayBuffer: async () => new Uint8Array(bytes).buffer };
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
